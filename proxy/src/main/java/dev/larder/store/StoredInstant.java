package dev.larder.store;

import java.time.Instant;
import java.time.LocalDate;

/**
 * An instant as {@link Instant#toString} writes it, and back: every response that is read from a store has two, and reading them by
 * a formatter took longer than all else of its head. Pure.
 */
final class StoredInstant {

    /** {@code 2026-11-23T09:30:18}, without a fraction. */
    private static final int TO_SECONDS = 19;

    private static final int DAY_SECONDS = 86_400;

    private StoredInstant() {}

    /**
     * The instant; years of four digits are read here, all else by {@link Instant#parse}.
     *
     * @throws java.time.DateTimeException if it is none
     */
    static Instant read(String text) {
        int end = text.length() - 1;
        if (end < TO_SECONDS
                || text.charAt(end) != 'Z'
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':') {
            return Instant.parse(text);
        }
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 7);
        int day = digits(text, 8, 10);
        int hour = digits(text, 11, 13);
        int minute = digits(text, 14, 16);
        int second = digits(text, 17, TO_SECONDS);
        int nanos = nanos(text, end);
        if ((year | month | day | hour | minute | second | nanos) < 0 || hour > 23 || minute > 59 || second > 59) {
            return Instant.parse(text);
        }
        long days = LocalDate.of(year, month, day).toEpochDay();
        return Instant.ofEpochSecond(days * DAY_SECONDS + hour * 3_600 + minute * 60 + second, nanos);
    }

    /** The fraction in nanoseconds, or -1. */
    private static int nanos(String text, int end) {
        if (end == TO_SECONDS) {
            return 0;
        }
        int count = end - TO_SECONDS - 1;
        int nanos = text.charAt(TO_SECONDS) == '.' && count >= 1 && count <= 9 ? digits(text, TO_SECONDS + 1, end) : -1;
        for (int i = count; i < 9 && nanos > 0; i++) {
            nanos *= 10;
        }
        return nanos;
    }

    private static int digits(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
