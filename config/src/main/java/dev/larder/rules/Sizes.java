package dev.larder.rules;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as rules and settings write them: {@code 64KiB}, {@code 1MB}, or plain bytes. Pure. */
public final class Sizes {

    /** What to say was expected. */
    public static final String EXPECTED = "a size such as 64KiB, 1MB or a number of bytes";

    private static final Pattern SIZE = Pattern.compile("(\\d{1,12}) ?([A-Za-z]*)");
    private static final Map<String, Long> UNITS = units();

    private Sizes() {}

    private static Map<String, Long> units() {
        Map<String, Long> units = new LinkedHashMap<>();
        units.put("", 1L);
        units.put("B", 1L);
        units.put("KiB", 1L << 10);
        units.put("MiB", 1L << 20);
        units.put("GiB", 1L << 30);
        units.put("kB", 1_000L);
        units.put("KB", 1_000L);
        units.put("MB", 1_000_000L);
        units.put("GB", 1_000_000_000L);
        return units;
    }

    /** The bytes, or empty where the text is no size or exceeds what a long holds. */
    public static Optional<Long> parse(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Long unit = UNITS.get(matcher.group(2));
        if (unit == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
        } catch (ArithmeticException tooLarge) {
            return Optional.empty();
        }
    }

    /** What was probably meant: {@code 64k} is {@code 64KiB}. Empty where that is anybody's guess. */
    public static Optional<String> suggest(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches() || matcher.group(2).isEmpty()) {
            return Optional.empty();
        }
        String number = matcher.group(1);
        return switch (Character.toLowerCase(matcher.group(2).charAt(0))) {
            case 'b' -> Optional.of(number + "B");
            case 'k' -> Optional.of(number + "KiB");
            case 'm' -> Optional.of(number + "MiB");
            case 'g' -> Optional.of(number + "GiB");
            default -> Optional.empty();
        };
    }

    /** The shortest form that {@link #parse} reads as the same. */
    public static String print(long bytes) {
        for (String unit : new String[] {"GiB", "MiB", "KiB"}) {
            long factor = UNITS.getOrDefault(unit, 1L);
            if (bytes >= factor && bytes % factor == 0) {
                return bytes / factor + unit;
            }
        }
        return Long.toString(bytes);
    }
}
