package dev.larder.cli.remote;

import java.util.Locale;

/** Numbers as people read them. Pure. */
final class Amounts {

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Amounts() {}

    /** {@code 1.2 MiB}; a hyphen where it is not known, which is what less than 0 means. */
    static String bytes(long bytes) {
        if (bytes < 0) {
            return "-";
        }
        double amount = bytes;
        int unit = 0;
        while (amount >= 1024 && unit < UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : decimal(amount) + " " + UNITS[unit];
    }

    /** A count; a hyphen where it is not known, which is what less than 0 means. */
    static String count(Seen number) {
        return number.isThere() && number.whole() >= 0 ? String.valueOf(number.whole()) : "-";
    }

    /** One decimal place. */
    static String decimal(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    /** Milliseconds, with as many places as they are worth; a hyphen for what did not happen. */
    static String millis(Seen number) {
        if (!number.isThere()) {
            return "-";
        }
        return String.format(Locale.ROOT, number.number() < 10 ? "%.2f" : "%.0f", number.number());
    }

    /** A ratio in percent; a hyphen where there is none. */
    static String percent(Seen ratio) {
        return ratio.isThere() ? decimal(ratio.number() * 100) : "-";
    }

    /** {@code 42s}, {@code 3m10s}, {@code 2h5m}, {@code 4d1h}, with a sign where it is negative. */
    static String seconds(long seconds) {
        long left = Math.abs(seconds);
        String sign = seconds < 0 ? "-" : "";
        if (left < 60) {
            return sign + left + "s";
        }
        if (left < 3_600) {
            return sign + pair(left / 60, "m", left % 60, "s");
        }
        return sign
                + (left < 86_400
                        ? pair(left / 3_600, "h", left % 3_600 / 60, "m")
                        : pair(left / 86_400, "d", left % 86_400 / 3_600, "h"));
    }

    private static String pair(long great, String unit, long small, String smallUnit) {
        return great + unit + (small == 0 ? "" : small + smallUnit);
    }
}
