package dev.larder.rig;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tables of raw messages in files of the test resources, each with what must come of it:
 *
 * <pre>
 * # a remark
 * [400] its name
 * GET\t/x HTTP/1.1\r\n        bytes; lines are joined, \r \n \t \0 \\ and \xHH stand for octets, <<x*9>> for nine x
 * g|X-A: 1\r\nX-B: 2          a GET with these fields; p|fields|body is a POST, r|fields|body an answer with 200
 * > X-A: 1                    a line that the other side must see
 * ! X-B                       what no line that the other side sees may begin with
 * = abc                       the body that the other side must see
 * </pre>
 *
 * What stands in the brackets is for the test that reads the table; {@code end} among it says that the sender ends its
 * output behind the bytes.
 */
public final class Probes {

    private static final Pattern REPEATED = Pattern.compile("<<(.*?)\\*(\\d+)>>");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:x([0-9a-fA-F]{2})|(.))");

    /** One row. */
    public record Probe(
            String file,
            String name,
            List<String> verdict,
            boolean ends,
            String bytes,
            List<String> seen,
            List<String> unseen,
            String body) {

        @Override
        public String toString() {
            return file + ": " + name;
        }

        private Probe withBytes(String more) {
            return new Probe(file, name, verdict, ends, bytes + more, seen, unseen, body);
        }

        private Probe withBody(String text) {
            return new Probe(file, name, verdict, ends, bytes, seen, unseen, text);
        }
    }

    private Probes() {}

    /** All rows of these files. */
    public static List<Probe> of(String... files) {
        List<Probe> probes = new ArrayList<>();
        for (String file : files) {
            for (String line : lines(file)) {
                if (line.startsWith("[")) {
                    int close = line.indexOf(']');
                    List<String> words = List.of(line.substring(1, close).split(" "));
                    probes.add(new Probe(
                            file,
                            line.substring(close + 1).strip(),
                            words.stream().filter(word -> !word.equals("end")).toList(),
                            words.contains("end"),
                            "",
                            new ArrayList<>(),
                            new ArrayList<>(),
                            ""));
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    int last = probes.size() - 1;
                    probes.set(last, with(probes.get(last), line));
                }
            }
        }
        return probes;
    }

    private static Probe with(Probe probe, String line) {
        String value = line.length() > 2 ? line.substring(2) : "";
        switch (line.charAt(0)) {
            case '>' -> {
                probe.seen().add(value);
                return probe;
            }
            case '!' -> {
                probe.unseen().add(value);
                return probe;
            }
            case '=' -> {
                return probe.withBody(octets(value));
            }
            default -> {
                return probe.withBytes(octets(
                        line.startsWith("g|")
                                ? "GET /x HTTP/1.1\\r\\nHost: a.test\\r\\n" + fields(value)
                                : line.startsWith("p|")
                                        ? "POST /x HTTP/1.1\\r\\nHost: a.test\\r\\n" + fields(value)
                                        : line.startsWith("r|") ? "HTTP/1.1 200 OK\\r\\n" + fields(value) : line));
            }
        }
    }

    private static String fields(String fieldsAndBody) {
        int bar = fieldsAndBody.indexOf('|');
        String fields = bar < 0 ? fieldsAndBody : fieldsAndBody.substring(0, bar);
        String body = bar < 0 ? "" : fieldsAndBody.substring(bar + 1);
        return (fields.isEmpty() ? "" : fields + "\\r\\n") + "\\r\\n" + body;
    }

    private static String octets(String text) {
        String whole = REPEATED.matcher(text)
                .replaceAll(run -> Matcher.quoteReplacement(run.group(1).repeat(Integer.parseInt(run.group(2)))));
        return ESCAPE.matcher(whole)
                .replaceAll(escape -> Matcher.quoteReplacement(
                        escape.group(1) != null
                                ? String.valueOf((char) Integer.parseInt(escape.group(1), 16))
                                : switch (escape.group(2)) {
                                    case "r" -> "\r";
                                    case "n" -> "\n";
                                    case "t" -> "\t";
                                    case "0" -> "\0";
                                    case "\\" -> "\\";
                                    default -> throw new IllegalArgumentException("no such escape: " + escape.group());
                                }));
    }

    private static List<String> lines(String file) {
        try (InputStream in = Probes.class.getResourceAsStream("/probes/" + file + ".probes")) {
            if (in == null) {
                throw new IllegalArgumentException("no table " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().collect(Collectors.toList());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
