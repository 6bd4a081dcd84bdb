package dev.larder.key;

import dev.larder.rules.Rules.KeySource;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings a value into the form in which a key parameter compares it: folded, then checked against type and bounds. The
 * same for a request's value and for a variable of a purge, so that both aim at one stored response. Pure.
 */
public final class KeyValues {

    private KeyValues() {}

    /**
     * The normalised value, not escaped yet, or empty where it fails the parameter's type or bounds. For a list it is
     * asked once for each element.
     */
    public static Optional<String> normalise(KeySource source, String value) {
        String folded = fold(source, value);
        return refusal(source, folded) == null ? Optional.of(folded) : Optional.empty();
    }

    /** Without what the parameter says means nothing: blanks at both ends, case. */
    static String fold(KeySource source, String value) {
        String folded = source.trim() ? trimBlanks(value) : value;
        return source.lower() ? folded.toLowerCase(Locale.ROOT) : folded;
    }

    /** Why a folded value cannot be in a key, or null where it can. */
    static @Nullable BypassReason refusal(KeySource source, String folded) {
        return switch (source.type()) {
            case INT -> intRefusal(source, folded);
            case BOOL -> folded.equals("true") || folded.equals("false") ? null : BypassReason.KEY_TYPE;
            case ENUM -> source.values().contains(folded) ? null : BypassReason.KEY_TYPE;
            case STRING ->
                isBounded(source) && !isWithin(source, folded.codePointCount(0, folded.length()))
                        ? BypassReason.KEY_BOUNDS
                        : null;
        };
    }

    private static @Nullable BypassReason intRefusal(KeySource source, String folded) {
        if (!isCanonicalInt(folded)) {
            return BypassReason.KEY_TYPE;
        }
        try {
            return isWithin(source, Long.parseLong(folded)) ? null : BypassReason.KEY_BOUNDS;
        } catch (NumberFormatException tooLong) {
            // A whole number all right, but beyond what any bound can be: backends differ in what becomes of it.
            return BypassReason.KEY_BOUNDS;
        }
    }

    /** One spelling a number: no plus, no leading zero, no minus zero, ASCII digits only. */
    private static boolean isCanonicalInt(String text) {
        int start = text.startsWith("-") ? 1 : 0;
        int length = text.length() - start;
        if (length == 0 || (text.charAt(start) == '0' && text.length() > 1)) {
            return false;
        }
        for (int i = start; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static boolean isBounded(KeySource source) {
        return source.min().isPresent() || source.max().isPresent();
    }

    private static boolean isWithin(KeySource source, long number) {
        return (source.min().isEmpty() || number >= source.min().getAsLong())
                && (source.max().isEmpty() || number <= source.max().getAsLong());
    }

    /** Space and tab only: to take fewer characters for blanks than a backend does costs a hit, to take more a leak. */
    private static String trimBlanks(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && (value.charAt(start) == ' ' || value.charAt(start) == '\t')) {
            start++;
        }
        while (end > start && (value.charAt(end - 1) == ' ' || value.charAt(end - 1) == '\t')) {
            end--;
        }
        return value.substring(start, end);
    }
}
