package dev.larder.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/**
 * A fixed set of field names, compared without regard to case, that is asked for every line of every request: whether a
 * line may be of one of them is seen from the length of its name and two of its characters, which {@link Fields} keeps.
 * Immutable.
 */
public final class FieldNames {

    private final String[] names;
    private final boolean sameUnderscore;

    /** {@link #shape} of each name, in a table without order in which a free place is 0. */
    private final int[] shapes;

    private FieldNames(Collection<String> names, boolean sameUnderscore) {
        this.names = names.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .distinct()
                .sorted()
                .toArray(String[]::new);
        this.sameUnderscore = sameUnderscore;
        this.shapes = new int[Integer.highestOneBit(Math.max(4, 4 * this.names.length)) * 2];
        for (String name : this.names) {
            int shape = shape(name);
            int at = slot(shape);
            while (shapes[at] != 0 && shapes[at] != shape) {
                at = (at + 1) & (shapes.length - 1);
            }
            shapes[at] = shape;
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
        return mayBe(shape(name)) && isOne(name);
    }

    /** Whether these octets are one of these names. */
    public boolean contains(byte[] octets, int from, int to) {
        return to > from
                && mayBe(shape(to - from, octets[from] & 0xff, octets[to - 1] & 0xff))
                && isOne(new String(octets, from, to - from, StandardCharsets.ISO_8859_1));
    }

    /** Whether a name of this shape may be one of them. */
    boolean mayBe(int shape) {
        int at = slot(shape);
        while (shapes[at] != 0) {
            if (shapes[at] == shape) {
                return true;
            }
            at = (at + 1) & (shapes.length - 1);
        }
        return false;
    }

    /** Whether it is one of them, letter by letter. */
    boolean isOne(String name) {
        for (String one : names) {
            if (sameUnderscore ? isSame(one, name) : one.equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
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

    /**
     * What can be said of a name at a glance: two that are the same but for case, or for dashes and underscores, have the
     * same. Never 0.
     */
    static int shape(String name) {
        int length = name.length();
        return length == 0 ? 1 : shape(length, name.charAt(0), name.charAt(length - 1));
    }

    /** The same for a name of this length that begins and ends so. */
    static int shape(int length, int first, int last) {
        return (length + 1) << 16 | folded(first) << 8 | folded(last);
    }

    private static int folded(int octet) {
        return octet == '_' ? '-' : (octet | 0x20) & 0xff;
    }

    @Override
    public String toString() {
        return Arrays.toString(names);
    }
}
