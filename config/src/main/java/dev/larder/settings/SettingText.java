package dev.larder.settings;

import dev.larder.rules.Durations;
import dev.larder.rules.Nearest;
import dev.larder.rules.Quoted;
import dev.larder.rules.Sizes;
import dev.larder.settings.Settings.Address;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How the text of a setting becomes its value. Implementations are pure. */
interface SettingText<T> {

    /** A host or an address in brackets, and a port. */
    Pattern AUTHORITY = Pattern.compile("([a-z0-9._-]+|\\[[0-9a-f:.]+])(:\\d{1,5})?");

    Pattern ORIGIN = Pattern.compile("(https?)://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:\\d{1,5})?");

    /** A name with underscores, which Docker Compose makes and which is no host name to {@link URI}, and a port. */
    Pattern SHARE = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,6})?)(%?)");

    Pattern UNDERSCORED = Pattern.compile("[A-Za-z0-9._-]+(?::(\\d{1,5}))?");

    /** What reading came to. */
    sealed interface Reading<T> {

        /** It can be used. */
        record Value<T>(T value) implements Reading<T> {}

        /**
         * It cannot.
         *
         * @param is what the setting is, to be read after its name; shows no secret
         * @param expected what was expected
         * @param suggestion what was probably meant
         */
        record Wrong<T>(String is, String expected, Optional<String> suggestion) implements Reading<T> {}
    }

    Reading<T> read(String text);

    Pattern ADDRESS = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([A-Za-z0-9._-]+)):(\\d{1,5})");
    int GREATEST_PORT = 65_535;
    int SHORTEST_SECRET = 16;

    private static <T> Reading<T> wrong(String text, String expected) {
        return new Reading.Wrong<>("is " + Quoted.text(text), expected, Optional.empty());
    }

    private static <T> Reading<T> wrong(String text, String expected, Optional<String> suggestion) {
        return new Reading.Wrong<>("is " + Quoted.text(text), expected, suggestion);
    }

    static SettingText<Address> address() {
        return text -> {
            Matcher matcher = ADDRESS.matcher(text);
            if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > GREATEST_PORT) {
                boolean port = text.matches(":?\\d{1,5}");
                return wrong(
                        text,
                        "an address and a port such as 127.0.0.1:8080",
                        port ? Optional.of("127.0.0.1:" + text.replace(":", "")) : Optional.empty());
            }
            String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            return new Reading.Value<>(new Address(host, Integer.parseInt(matcher.group(3))));
        };
    }

    static SettingText<URI> backend() {
        String expected = "http://HOST:PORT, without path, user or query";
        return text -> {
            if (text.toLowerCase(Locale.ROOT).startsWith("https:")) {
                return new Reading.Wrong<>(
                        "begins with https:, which is not yet supported",
                        "a backend that is reached in plain HTTP, e.g. http://127.0.0.1:3000",
                        Optional.empty());
            }
            URI uri;
            try {
                uri = new URI(text);
            } catch (URISyntaxException notUri) {
                return new Reading.Wrong<>("cannot be read as a URL", expected, Optional.empty());
            }
            String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
            if (authority.contains("@")) {
                return new Reading.Wrong<>("holds a user", expected, Optional.empty());
            }
            String path = uri.getRawPath() == null ? "" : uri.getRawPath();
            boolean plain = "http".equals(uri.getScheme())
                    && (uri.getHost() != null || isUnderscored(authority))
                    && (path.isEmpty() || path.equals("/"))
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getPort() != 0
                    && uri.getPort() <= GREATEST_PORT;
            if (!plain) {
                Optional<String> suggestion =
                        text.matches("[A-Za-z0-9._-]+(:\\d+)?") ? Optional.of("http://" + text) : Optional.empty();
                return wrong(text, expected, suggestion);
            }
            return new Reading.Value<>(URI.create(path.isEmpty() ? text : text.substring(0, text.length() - 1)));
        };
    }

    /** Absent where the text is empty. What is wrong with it is said without showing it: people write passwords there. */
    static SettingText<Optional<URI>> endpoint() {
        return text -> {
            if (text.isEmpty()) {
                return new Reading.Value<>(Optional.empty());
            }
            try {
                URI uri = new URI(text);
                boolean usable = ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                        && uri.getHost() != null
                        && uri.getRawUserInfo() == null
                        && uri.getRawQuery() == null
                        && uri.getRawFragment() == null
                        && uri.getPort() <= GREATEST_PORT;
                if (usable) {
                    return new Reading.Value<>(Optional.of(uri));
                }
            } catch (URISyntaxException notUri) {
                // As for the other reasons.
            }
            return new Reading.Wrong<>(
                    "is not the URL of a collector",
                    "http://HOST:PORT or https://HOST:PORT, without user or query; /v1/traces is added where there is no path",
                    Optional.empty());
        };
    }

    private static boolean isUnderscored(String authority) {
        Matcher service = UNDERSCORED.matcher(authority);
        if (!service.matches()) {
            return false;
        }
        int port = service.group(1) == null ? 1 : Integer.parseInt(service.group(1));
        return port > 0 && port <= GREATEST_PORT;
    }

    static SettingText<Path> path() {
        return text -> {
            try {
                return text.isBlank() ? wrong(text, "the name of a file") : new Reading.Value<>(Path.of(text));
            } catch (InvalidPathException broken) {
                return wrong(text, "the name of a file");
            }
        };
    }

    static SettingText<Optional<Path>> optionalPath() {
        SettingText<Path> path = path();
        return text -> {
            if (text.isEmpty()) {
                return new Reading.Value<>(Optional.empty());
            }
            return path.read(text) instanceof Reading.Value<Path> value
                    ? new Reading.Value<>(Optional.of(value.value()))
                    : wrong(text, "the name of a file");
        };
    }

    /** Absent for the word {@code memory}. */
    static SettingText<Optional<Path>> fileOrMemory() {
        SettingText<Path> path = path();
        return text -> {
            if (text.equals("memory")) {
                return new Reading.Value<>(Optional.empty());
            }
            return path.read(text) instanceof Reading.Value<Path> value
                    ? new Reading.Value<>(Optional.of(value.value()))
                    : wrong(text, "the name of a file, or memory");
        };
    }

    static <E extends Enum<E>> SettingText<E> word(Class<E> type) {
        List<String> words = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
        return text -> words.contains(text)
                ? new Reading.Value<>(type.getEnumConstants()[words.indexOf(text)])
                : wrong(text, "one of " + String.join(", ", words), Nearest.of(text, words));
    }

    static SettingText<Boolean> flag() {
        return text -> text.equals("true") || text.equals("false")
                ? new Reading.Value<>(Boolean.parseBoolean(text))
                : wrong(text, "true or false", Nearest.of(text, List.of("true", "false")));
    }

    static SettingText<Integer> number(int least, int greatest) {
        return text -> {
            long number = text.matches("\\d{1,10}") ? Long.parseLong(text) : -1;
            return number >= least && number <= greatest
                    ? new Reading.Value<>((int) number)
                    : wrong(text, "a whole number from " + least + " to " + greatest);
        };
    }

    /** A share of all, from 0 to 1. */
    static SettingText<Double> share() {
        return text -> {
            Matcher share = SHARE.matcher(text);
            double part = share.matches()
                    ? Double.parseDouble(share.group(1)) / (share.group(2).isEmpty() ? 1 : 100)
                    : -1;
            return part >= 0 && part <= 1
                    ? new Reading.Value<>(part)
                    : wrong(text, "a share such as 10%, or a number from 0 to 1");
        };
    }

    static SettingText<Duration> duration(Duration least) {
        return text -> {
            Optional<Duration> duration = Durations.parse(text);
            if (duration.isEmpty()) {
                return wrong(text, Durations.EXPECTED, Durations.suggest(text));
            }
            return duration.get().compareTo(least) >= 0
                    ? new Reading.Value<>(duration.get())
                    : wrong(text, "at least " + Durations.print(least));
        };
    }

    static SettingText<Long> size(long least) {
        return text -> {
            Optional<Long> bytes = Sizes.parse(text);
            if (bytes.isEmpty()) {
                return wrong(text, Sizes.EXPECTED, Sizes.suggest(text));
            }
            return bytes.get() >= least
                    ? new Reading.Value<>(bytes.get())
                    : wrong(text, "at least " + Sizes.print(least));
        };
    }

    static SettingText<Integer> smallSize(int least, int greatest) {
        SettingText<Long> size = size(least);
        return text -> {
            Reading<Long> read = size.read(text);
            if (read instanceof Reading.Wrong<Long> wrong) {
                return new Reading.Wrong<>(wrong.is(), wrong.expected(), wrong.suggestion());
            }
            long bytes = ((Reading.Value<Long>) read).value();
            return bytes <= greatest
                    ? new Reading.Value<>((int) bytes)
                    : wrong(text, "at most " + Sizes.print(greatest));
        };
    }

    static SettingText<String> text() {
        return text -> text.isBlank() || !text.equals(text.strip())
                ? wrong(text, "a text without blanks at its ends")
                : new Reading.Value<>(text);
    }

    /** Absent where the text is empty. */
    static SettingText<Optional<String>> name() {
        return text -> text.matches("[A-Za-z0-9._-]{0,64}")
                ? new Reading.Value<>(Optional.of(text).filter(name -> !name.isEmpty()))
                : wrong(text, "at most 64 letters, digits, dots, hyphens and underscores");
    }

    /** Absent where the text is empty. What is wrong with it is said without showing it. */
    static SettingText<Optional<String>> secret() {
        return text -> text.isEmpty() || text.length() >= SHORTEST_SECRET
                ? new Reading.Value<>(Optional.of(text).filter(secret -> !secret.isEmpty()))
                : new Reading.Wrong<>(
                        "has " + text.length() + " characters",
                        "at least " + SHORTEST_SECRET + ", e.g. what openssl rand -base64 32 prints",
                        Optional.empty());
    }

    static SettingText<String> store() {
        return StoreUrlText::read;
    }

    /** Groups parted by semicolons, each of authorities parted by commas. */
    static SettingText<List<List<String>>> authorities() {
        String expected = "hosts without scheme or path, parted by commas, groups of them by semicolons";
        return text -> {
            List<List<String>> groups = new ArrayList<>();
            Set<String> all = new HashSet<>();
            for (String group : text.split(";")) {
                List<String> authorities = Stream.of(group.split(","))
                        .map(String::strip)
                        .filter(authority -> !authority.isEmpty())
                        .map(authority -> authority.toLowerCase(Locale.ROOT))
                        .toList();
                for (String authority : authorities) {
                    if (!AUTHORITY.matcher(authority).matches()) {
                        return wrong(authority, expected);
                    }
                    if (!all.add(authority)) {
                        return wrong(authority, "each host once");
                    }
                }
                if (authorities.size() == 1) {
                    return wrong(authorities.get(0), "at least two hosts that share stored responses");
                }
                if (!authorities.isEmpty()) {
                    groups.add(authorities);
                }
            }
            return new Reading.Value<>(List.copyOf(groups));
        };
    }

    /** A list parted by commas, in the form in which browsers write origins (RFC 6454 section 6.2). */
    static SettingText<List<String>> origins() {
        return text -> {
            List<String> origins = new ArrayList<>();
            for (String part : text.split(",")) {
                String origin = part.strip().toLowerCase(Locale.ROOT);
                Matcher matcher = ORIGIN.matcher(origin);
                if (matcher.matches()) {
                    boolean usual = (matcher.group(1).equals("https") ? ":443" : ":80").equals(matcher.group(3));
                    origins.add(matcher.group(1) + "://" + matcher.group(2)
                            + (usual || matcher.group(3) == null ? "" : matcher.group(3)));
                } else if (!origin.isEmpty()) {
                    return wrong(origin, "origins without a path, such as https://admin.example, parted by commas");
                }
            }
            return new Reading.Value<>(List.copyOf(origins));
        };
    }

    /** A list parted by commas. */
    static SettingText<List<String>> ranges() {
        return text -> {
            List<String> ranges = Stream.of(text.split(","))
                    .map(String::strip)
                    .filter(range -> !range.isEmpty())
                    .toList();
            for (String range : ranges) {
                if (!AddressRange.isRange(range)) {
                    return wrong(range, "IP addresses or ranges such as 10.0.0.0/8, parted by commas");
                }
            }
            return new Reading.Value<>(ranges);
        };
    }
}
