package dev.larder.cli.remote;

import dev.larder.admin.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What to warm, out of lines of many forms: URLs or paths, access logs (larder's as JSON, the common and the combined
 * format), and what {@code larder top --json} and {@code larder keys --json} print. What is named often comes first. Its
 * memory is bounded. Confined to its thread.
 */
final class WarmList {

    /** Different requests that are remembered; further ones are counted. */
    private static final int MOST = 100_000;

    private static final int LONGEST_LINE = 256 * 1024;

    private static final Pattern URL = Pattern.compile("(https?)://([A-Za-z0-9._:\\[\\]-]+)(/[\\x21-\\x7e]*)?");
    private static final Pattern PATH = Pattern.compile("/[\\x21-\\x7e]*");

    /** Common Log Format, and the combined one, which begins alike. */
    private static final Pattern LOG =
            Pattern.compile("\\S+ \\S+ .*?\\[[^\\]]*\\] \"([A-Za-z-]+) (\\S+)(?: HTTP/[0-9.]+)?\" ([0-9]{3})\\b.*");

    /**
     * A request to be made.
     *
     * @param site where to, as {@code http://host} or {@code https://host}; empty for the usual one
     * @param what a target, which begins with a slash, or a key
     */
    record Wanted(Optional<String> site, String what) {
        boolean isKey() {
            return !what.startsWith("/");
        }
    }

    private final Map<Wanted, Long> wanted = new LinkedHashMap<>();
    private final WarmTally tally;

    WarmList(WarmTally tally) {
        this.tally = tally;
    }

    void read(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            line(line.strip());
        }
    }

    private void line(String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        if (line.startsWith("{")) {
            Optional<Map<String, Object>> object = Json.parse(line.getBytes(StandardCharsets.UTF_8));
            if (object.isPresent()) {
                object(new Seen(object.get()));
                return;
            }
        }
        Matcher log = LOG.matcher(line);
        if (line.length() > LONGEST_LINE) {
            tally.skipped("unreadable-line");
        } else if (PATH.matcher(line).matches() || URL.matcher(line).matches()) {
            target(line, 1);
        } else if (log.matches()) {
            logged(log.group(1), log.group(3), () -> target(log.group(2), 1));
        } else {
            tally.skipped("unreadable-line");
        }
    }

    private void object(Seen object) {
        if (object.at("keys").isThere()) {
            for (Seen key : object.at("keys").elements()) {
                key(
                        key.at("key").text(),
                        key.at("site").text(),
                        Math.max(1, key.at("requests").whole()));
            }
        } else if (object.at("method").isThere()) {
            logged(
                    object.at("method").text(),
                    object.at("status").text(),
                    () -> key(object.at("key").text(), "", 1));
        } else {
            tally.skipped("unreadable-line");
        }
    }

    /** A line of an access log counts where it is a GET that went well. */
    private void logged(String method, String status, Runnable wants) {
        if (!method.equals("GET")) {
            tally.skipped("not-a-get");
        } else if (!status.startsWith("2") && !status.equals("304")) {
            tally.skipped("went-wrong-then");
        } else {
            wants.run();
        }
    }

    private void key(String key, String site, long times) {
        Matcher url = URL.matcher(site);
        if (key.isEmpty() || key.startsWith("/")) {
            tally.skipped("no-key");
        } else if (site.isEmpty()) {
            add(new Wanted(Optional.empty(), key), times);
        } else if (url.matches() && url.group(3) == null) {
            add(new Wanted(Optional.of(site), key), times);
        } else {
            tally.skipped("site-by-other-fields");
        }
    }

    private void target(String text, long times) {
        Matcher url = URL.matcher(text);
        if (url.matches()) {
            String target = url.group(3) == null ? "/" : withoutFragment(url.group(3));
            add(new Wanted(Optional.of(url.group(1) + "://" + url.group(2)), target), times);
        } else if (PATH.matcher(text).matches()) {
            add(new Wanted(Optional.empty(), withoutFragment(text)), times);
        } else {
            tally.skipped("unreadable-line");
        }
    }

    private static String withoutFragment(String target) {
        int fragment = target.indexOf('#');
        return fragment < 0 ? target : target.substring(0, fragment);
    }

    private void add(Wanted one, long times) {
        if (wanted.containsKey(one) || wanted.size() < MOST) {
            wanted.merge(one, times, Long::sum);
        } else {
            tally.skipped("over-limit");
        }
    }

    /** The ones named most often, at most so many; those named as often keep their order. */
    List<Wanted> first(int most) {
        List<Wanted> first = wanted.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<Wanted, Long> one) -> -one.getValue()))
                .limit(most)
                .map(Map.Entry::getKey)
                .toList();
        for (int left = wanted.size() - first.size(); left > 0; left--) {
            tally.skipped("over-limit");
        }
        return first;
    }
}
