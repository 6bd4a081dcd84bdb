package dev.larder.http;

/** Which octets may stand in a target, and in which form (RFC 3986 section 2 and 3.3). */
final class Octets {

    private static final int UNRESERVED = 1;
    private static final int PLAIN_IN_PATH = 2;
    private static final int PLAIN_IN_QUERY = 4;

    private static final byte[] KINDS = new byte[128];

    static {
        for (char c = '!'; c <= '~'; c++) {
            KINDS[c] = PLAIN_IN_QUERY;
        }
        // Escapes and the plus are decoded; a semicolon separates for some; a fragment never reaches a server.
        for (char c : "%+;#".toCharArray()) {
            KINDS[c] = 0;
        }
        for (char c = 'A'; c <= 'Z'; c++) {
            KINDS[c] = KINDS[c + ('a' - 'A')] = UNRESERVED | PLAIN_IN_PATH | PLAIN_IN_QUERY;
        }
        for (char c = '0'; c <= '9'; c++) {
            KINDS[c] = UNRESERVED | PLAIN_IN_PATH | PLAIN_IN_QUERY;
        }
        for (char c : "-._~".toCharArray()) {
            KINDS[c] = UNRESERVED | PLAIN_IN_PATH | PLAIN_IN_QUERY;
        }
        // pchar without the semicolon, whose parameters some servers cut off before they look at the path.
        for (char c : "!$&'()*+,=:@".toCharArray()) {
            KINDS[c] |= PLAIN_IN_PATH;
        }
    }

    private Octets() {}

    /** A character that never needs to be encoded anywhere: to encode it is to hide it from somebody. */
    static boolean isUnreserved(int c) {
        return is(c, UNRESERVED);
    }

    /** A character of a path segment that stands for itself, for every reader. */
    static boolean isPlainInPath(int c) {
        return is(c, PLAIN_IN_PATH);
    }

    /** A character of a query that stands for itself, for every reader; the separators {@code &} and {@code =} too. */
    static boolean isPlainInQuery(int c) {
        return is(c, PLAIN_IN_QUERY);
    }

    /** C0 and C1 controls and DEL. */
    static boolean isControl(int c) {
        return c < 0x20 || (c >= 0x7f && c < 0xa0);
    }

    /** The octet of the escape at {@code index}, or -1 where no well-formed one stands there. */
    static int escapeAt(String text, int index, int end) {
        if (index + 3 > end || text.charAt(index) != '%') {
            return -1;
        }
        int high = hexDigit(text.charAt(index + 1));
        int low = hexDigit(text.charAt(index + 2));
        return high < 0 || low < 0 ? -1 : (high << 4) | low;
    }

    /** ASCII digits only, unlike {@link Character#digit(char, int)}. */
    static int hexDigit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' && c < 0x80 ? lower - 'a' + 10 : -1;
    }

    private static boolean is(int c, int kind) {
        return c < 128 && (KINDS[c] & kind) != 0;
    }
}
