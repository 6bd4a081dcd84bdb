package dev.larder.policy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Dates in fields (RFC 9110 section 5.6.7): three formats in, IMF-fixdate out. Pure.
 *
 * <p>Letters compare without regard to case, and a zone other than GMT makes a date invalid, as a cache should have it
 * (RFC 9111 section 4.2). The name of the day is checked for being one, not for being the right one.
 */
public final class HttpDates {

    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
    private static final String DAYS = "montuewedthufrisatsun";
    private static final List<String> LONG_DAYS =
            List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");

    /** What was said last: mostly it is asked for again in the same second. Threads that race for it say the same. */
    private static Said said = new Said(0, IMF_FIXDATE.format(Instant.EPOCH));

    private record Said(long second, String text) {}

    private HttpDates() {}

    /** This instant as IMF-fixdate, e.g. {@code Sun, 06 Nov 1994 08:49:37 GMT}; parts of a second are cut off. */
    public static String format(Instant instant) {
        Said last = said;
        if (last.second != instant.getEpochSecond()) {
            last = new Said(instant.getEpochSecond(), IMF_FIXDATE.format(instant));
            said = last;
        }
        return last.text;
    }

    /**
     * The instant that a field value says, or empty where it is no HTTP-date.
     *
     * @param now decides the century of a year with two digits: never more than 50 years ahead
     */
    public static Optional<Instant> parse(String value, Instant now) {
        int comma = value.indexOf(',');
        try {
            if (comma == 3) {
                return imfFixdate(value);
            }
            return comma > 3 ? rfc850(value, comma, now) : asctime(value);
        } catch (DateTimeException outOfRange) {
            return Optional.empty();
        }
    }

    /** {@code Sun, 06 Nov 1994 08:49:37 GMT} */
    private static Optional<Instant> imfFixdate(String value) {
        if (value.length() != 29
                || !isDay(value, 0)
                || !blanks(value, 4, 7, 11, 16, 25)
                || !value.regionMatches(true, 26, "GMT", 0, 3)) {
            return Optional.empty();
        }
        return instant(number(value, 12, 16), month(value, 8), number(value, 5, 7), value, 17);
    }

    /** {@code Sunday, 06-Nov-94 08:49:37 GMT} */
    private static Optional<Instant> rfc850(String value, int comma, Instant now) {
        int start = comma + 2;
        if (!LONG_DAYS.contains(value.substring(0, comma).toLowerCase(Locale.ROOT))
                || value.length() != start + 22
                || !blanks(value, comma + 1, start + 9, start + 18)
                || value.charAt(start + 2) != '-'
                || value.charAt(start + 6) != '-'
                || !value.regionMatches(true, start + 19, "GMT", 0, 3)) {
            return Optional.empty();
        }
        int twoDigits = number(value, start + 7, start + 9);
        if (twoDigits < 0) {
            return Optional.empty();
        }
        int thisYear = now.atZone(ZoneOffset.UTC).getYear();
        int year = thisYear - thisYear % 100 + twoDigits;
        if (year > thisYear + 50) {
            year -= 100;
        } else if (year <= thisYear - 50) {
            year += 100;
        }
        return instant(year, month(value, start + 3), number(value, start, start + 2), value, start + 10);
    }

    /** {@code Sun Nov  6 08:49:37 1994} */
    private static Optional<Instant> asctime(String value) {
        if (value.length() != 24 || !isDay(value, 0) || !blanks(value, 3, 7, 10, 19)) {
            return Optional.empty();
        }
        int day = value.charAt(8) == ' ' ? number(value, 9, 10) : number(value, 8, 10);
        return instant(number(value, 20, 24), month(value, 4), day, value, 11);
    }

    private static Optional<Instant> instant(int year, int month, int day, String value, int time) {
        int hour = number(value, time, time + 2);
        int minute = number(value, time + 3, time + 5);
        int second = number(value, time + 6, time + 8);
        if (value.charAt(time + 2) != ':'
                || value.charAt(time + 5) != ':'
                || year < 0
                || month < 1
                || hour < 0
                || minute < 0
                || second < 0) {
            return Optional.empty();
        }
        // A leap second is written 60, which no other clock here knows.
        int leap = second == 60 ? 1 : 0;
        return Optional.of(LocalDateTime.of(year, month, day, hour, minute, second - leap)
                .plusSeconds(leap)
                .toInstant(ZoneOffset.UTC));
    }

    private static boolean blanks(String value, int... positions) {
        for (int position : positions) {
            if (value.charAt(position) != ' ') {
                return false;
            }
        }
        return true;
    }

    private static boolean isDay(String value, int at) {
        return threeLetters(DAYS, value, at) >= 0;
    }

    /** 1 to 12, or 0 where it is no month. */
    private static int month(String value, int at) {
        return threeLetters(MONTHS, value, at) + 1;
    }

    private static int threeLetters(String names, String value, int at) {
        for (int i = 0; i < names.length(); i += 3) {
            if (value.regionMatches(true, at, names, i, 3)) {
                return i / 3;
            }
        }
        return -1;
    }

    /** A number of digits alone, or -1. */
    private static int number(String value, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            char digit = value.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            number = number * 10 + digit - '0';
        }
        return number;
    }
}
