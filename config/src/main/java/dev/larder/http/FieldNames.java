package dev.larder.http;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of field names, compared without regard to case, that is asked for every line of every request: whether a
 * line may be of one of them is seen from the length of its name and two of its characters, which {@link Fields} keeps.
 * Immutable.
 */
public final class FieldNames {

    private final boolean sameUnderscore;

    /** A table without order: names with their {@link #shape}s, where a shape of 0 is a free place. */
    private final int[] shapes;

    private final String[] names;

    private FieldNames(Collection<String> of, boolean sameUnderscore) {
        List<String> distinct = of.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .distinct()
                .sorted()
                .toList();
        this.sameUnderscore = sameUnderscore;
        this.shapes = new int[Integer.highestOneBit(Math.max(4, 4 * distinct.size())) * 2];
        this.names = new String[shapes.length];
        Arrays.fill(names, "");
        for (String name : distinct) {
            int at = slot(shape(name));
            while (shapes[at] != 0) {
                at = next(at);
            }
            shapes[at] = shape(name);
            names[at] = name;
        }
    }

    /** These names to the letter, but for case. */
    public static FieldNames of(Collection<String> names) {
        return new FieldNames(names, false);
    }

    /**
     * These names, also with underscores where they have dashes: backends that read fields as variables make no
     * difference.
     */
    public static FieldNames withUnderscores(Collection<String> names) {
        return new FieldNames(names, true);
    }

    /** Whether it is one of these names. */
    public boolean contains(String name) {
        return named(shape(name), name) != null;
    }

    /** Whether a name of this shape may be one of them. */
    boolean mayBe(int shape) {
        int at = slot(shape);
        while (shapes[at] != shape) {
            if (shapes[at] == 0) {
                return false;
            }
            at = next(at);
        }
        return true;
    }

    /** The one of them, in lower case, that a name of this shape is; or null. */
    @Nullable
    String named(int shape, String name) {
        for (int at = slot(shape); shapes[at] != 0; at = next(at)) {
            if (shapes[at] == shape && (sameUnderscore ? isSame(names[at], name) : names[at].equalsIgnoreCase(name))) {
                return names[at];
            }
        }
        return null;
    }

    /** The same for a name that is octets yet. */
    @Nullable
    String named(int shape, byte[] octets, int from, int to) {
        for (int at = slot(shape); shapes[at] != 0; at = next(at)) {
            if (shapes[at] == shape && isSame(names[at], octets, from, to)) {
                return names[at];
            }
        }
        return null;
    }

    private boolean isSame(String lower, byte[] octets, int from, int to) {
        if (lower.length() != to - from) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            int octet = octets[from + i];
            int folded = octet == '_' && sameUnderscore ? '-' : octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
            if (folded != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSame(String lower, String name) {
        if (lower.length() != name.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            char c = name.charAt(i);
            char folded = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
            if (folded != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int slot(int shape) {
        return (shape * 0x9E3779B9) >>> 8 & (shapes.length - 1);
    }

    private int next(int slot) {
        return (slot + 1) & (shapes.length - 1);
    }

    /**
     * What can be said of a name at a glance: two that are the same but for case, or for dashes and underscores, have the
     * same. Never 0.
     */
    static int shape(String name) {
        int length = name.length();
        return length == 0 ? 1 : shape(length, name.charAt(0), name.charAt(length - 1));
    }

    /** The same for a name of this length, at least 1, that begins and ends so. */
    static int shape(int length, int first, int last) {
        return (length + 1) << 16 | folded(first) << 8 | folded(last);
    }

    private static int folded(int octet) {
        return octet == '_' ? '-' : (octet | 0x20) & 0xff;
    }

    @Override
    public String toString() {
        return Arrays.stream(names)
                .filter(name -> !name.isEmpty())
                .sorted()
                .toList()
                .toString();
    }
}
