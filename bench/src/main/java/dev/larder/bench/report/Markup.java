package dev.larder.bench.report;

import java.util.Locale;

/** Text as XML, and numbers as people and SVG read them. Pure. */
final class Markup {
    private Markup() {}

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** For a coordinate. */
    static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** For a label: as many digits as tell something. */
    static String label(double value) {
        double size = Math.abs(value);
        String format = size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }

    /** For an axis of microseconds: short, with the unit that fits. */
    static String micros(double value) {
        if (value >= 1_000_000) {
            return label(value / 1_000_000) + " s";
        }
        return value >= 1_000 ? label(value / 1_000) + " ms" : label(value) + " µs";
    }
}
