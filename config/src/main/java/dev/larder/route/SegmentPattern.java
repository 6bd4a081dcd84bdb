package dev.larder.route;

import java.util.Optional;

/** What one segment of a path must be. Immutable. */
sealed interface SegmentPattern {

    /** Whether a decoded segment is of this form. */
    boolean matches(String segment);

    /** Whether every segment that {@code other} matches is matched by this one, too. */
    boolean covers(SegmentPattern other);

    /** Exactly this text; empty for what follows a trailing slash. */
    record Literal(String text) implements SegmentPattern {

        @Override
        public boolean matches(String segment) {
            return segment.equals(text);
        }

        @Override
        public boolean covers(SegmentPattern other) {
            return other instanceof Literal literal && text.equals(literal.text);
        }
    }

    /**
     * Any text between a prefix and a suffix.
     *
     * @param variable the variable's name
     * @param prefix may be empty
     * @param suffix may be empty
     * @param least the least length of the text between, in UTF-16 units: 1 for a variable, 0 for the end of a rest
     */
    record Affixed(Optional<String> variable, String prefix, String suffix, int least) implements SegmentPattern {

        /** Any segment that is not empty. */
        static final Affixed ANY = new Affixed(Optional.empty(), "", "", 1);

        @Override
        public boolean matches(String segment) {
            return segment.length() >= prefix.length() + suffix.length() + least
                    && segment.startsWith(prefix)
                    && segment.endsWith(suffix);
        }

        /** What stands between prefix and suffix of a segment that matches. */
        String between(String segment) {
            return segment.substring(prefix.length(), segment.length() - suffix.length());
        }

        @Override
        public boolean covers(SegmentPattern other) {
            if (other instanceof Literal literal) {
                return matches(literal.text);
            }
            // The text between is free in the other, so that this one's affixes must lie within the other's.
            Affixed affixed = (Affixed) other;
            return affixed.prefix.startsWith(prefix)
                    && affixed.suffix.endsWith(suffix)
                    && affixed.prefix.length() + affixed.suffix.length() + affixed.least
                            >= prefix.length() + suffix.length() + least;
        }
    }
}
