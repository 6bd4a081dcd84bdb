package dev.larder.rules;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as rules and settings write them: {@code 5m}, {@code 1h30m}, {@code PT5M}, or a number of seconds. Pure. */
public final class Durations {

    /** What to say was expected. */
    public static final String EXPECTED = "a duration such as 30s, 5m or PT5M";

    /** Longer than anybody waits, and short enough that sums of a few never overflow milliseconds or nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(3650);

    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,3})?");
    private static final Pattern PARTS = Pattern.compile(
            "(?:(?<d>\\d{1,9})d)?(?:(?<h>\\d{1,9})h)?(?:(?<m>\\d{1,9})m)?(?:(?<s>\\d{1,9})s)?(?:(?<ms>\\d{1,9})ms)?");
    private static final Pattern NUMBER_AND_WORD = Pattern.compile("(\\d{1,9})\\s*([A-Za-z]+)\\.?");
    private static final List<String> WORDS = List.of("milliseconds", "seconds", "minutes", "hours", "days");

    private Durations() {}

    /** The duration, or empty where the text is none, is negative, or exceeds ten years. */
    public static Optional<Duration> parse(String text) {
        return read(text).filter(duration -> !duration.isNegative() && duration.compareTo(LONGEST) <= 0);
    }

    private static Optional<Duration> read(String text) {
        if (SECONDS.matcher(text).matches()) {
            return Optional.of(
                    Duration.ofMillis(new BigDecimal(text).movePointRight(3).longValueExact()));
        }
        Matcher parts = PARTS.matcher(text);
        if (!text.isEmpty() && parts.matches()) {
            return Optional.of(Duration.ofDays(part(parts, "d"))
                    .plusHours(part(parts, "h"))
                    .plusMinutes(part(parts, "m"))
                    .plusSeconds(part(parts, "s"))
                    .plusMillis(part(parts, "ms")));
        }
        if (!text.startsWith("P")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Duration.parse(text));
        } catch (DateTimeParseException notIso) {
            return Optional.empty();
        }
    }

    private static long part(Matcher parts, String group) {
        String digits = parts.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /** What was probably meant: {@code 5 minuts} is {@code 5m}. Empty where that is anybody's guess. */
    public static Optional<String> suggest(String text) {
        Matcher matcher = NUMBER_AND_WORD.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String word = matcher.group(2).toLowerCase(Locale.ROOT);
        return unit(word).map(unit -> matcher.group(1) + unit);
    }

    private static Optional<String> unit(String word) {
        if (word.startsWith("ms") || word.startsWith("milli")) {
            return Optional.of("ms");
        }
        boolean near = word.length() <= 4
                ? WORDS.stream().anyMatch(known -> known.startsWith(word))
                        || List.of("secs", "mins", "hrs", "hr").contains(word)
                : Nearest.of(word, WORDS).isPresent()
                        || Nearest.of(word + "s", WORDS).isPresent();
        return near ? Optional.of(word.substring(0, 1)) : Optional.empty();
    }

    /** The shortest form that {@link #parse} reads as the same, to the millisecond: {@code 1h30m}, {@code 500ms}. */
    public static String print(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        StringBuilder text = new StringBuilder();
        append(text, duration.toDays(), "d");
        append(text, duration.toHoursPart(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount != 0) {
            text.append(amount).append(unit);
        }
    }
}
