package dev.larder.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.IntPredicate;

/**
 * Where names and values end in the octets of a head, looked for eight octets at a time. Whoever asks has put octets behind
 * the head that belong nowhere, so that every search ends. Pure.
 */
final class HeadOctets {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long EACH = 0x0101010101010101L;
    private static final long TOP = 0x8080808080808080L;

    private static final boolean[] IN_NAME =
            octets(c -> c < 0x80 && (Character.isLetterOrDigit(c) || (c > ' ' && "!#$%&'*+-.^_`|~".indexOf(c) >= 0)));

    private HeadOctets() {}

    private static boolean[] octets(IntPredicate accepted) {
        boolean[] table = new boolean[256];
        for (int c = 0; c < table.length; c++) {
            table[c] = accepted.test(c);
        }
        return table;
    }

    /** The first octet from here on that no name holds; there is one. */
    static int nameEnd(byte[] octets, int from) {
        int at = from;
        while (at + Long.BYTES <= octets.length) {
            long eight = (long) LONGS.get(octets, at);
            // The top bit of each octet that is a letter, a digit or a dash: nearly all names are made of these.
            long low = eight & ~TOP;
            long lower = low | (0x20 * EACH);
            long letter = (lower + (0x80 - 'a') * EACH) & ~(lower + (0x7f - 'z') * EACH);
            long digit = (low + (0x80 - '0') * EACH) & ~(low + (0x7f - '9') * EACH);
            long dash = ~((low ^ ('-' * EACH)) + 0x7f * EACH);
            long others = ~(letter | digit | dash) & TOP | eight & TOP;
            if (others != 0) {
                at += Long.numberOfTrailingZeros(others) >>> 3;
                if (!IN_NAME[octets[at] & 0xff]) {
                    return at;
                }
                at++;
            } else {
                at += Long.BYTES;
            }
        }
        return at;
    }

    /** The first octet from here on that is not visible ASCII or a blank; there is one. */
    static int visibleEnd(byte[] octets, int from) {
        int at = from;
        while (at + Long.BYTES <= octets.length) {
            long eight = (long) LONGS.get(octets, at);
            // The top bit of each octet below a blank, of DEL, and of what is no ASCII. Borrows only spoil octets
            // behind the first that is found.
            long del = eight ^ (0x7f * EACH);
            long odd = ((eight - ' ' * EACH) | (del - EACH) | eight) & TOP;
            if (odd != 0) {
                return at + (Long.numberOfTrailingZeros(odd) >>> 3);
            }
            at += Long.BYTES;
        }
        return at;
    }
}
