package dev.larder.http;

/**
 * Percent-decoding as the most permissive server does it: it never fails, keeps what it cannot decode, and takes
 * overlong UTF-8 for what it hides. Only for listing what somebody might read, never for a key. Pure.
 */
final class LenientDecoder {

    private LenientDecoder() {}

    /** Decodes every escape once; octets that are no UTF-8 in any form are taken for ISO-8859-1. */
    static String decode(String text) {
        StringBuilder octets = new StringBuilder(text.length());
        boolean changed = false;
        for (int i = 0; i < text.length(); ) {
            int octet = Octets.escapeAt(text, i, text.length());
            int wide = octet < 0 ? wideEscapeAt(text, i) : -1;
            if (wide >= 0) {
                octets.append((char) wide);
                i += 6;
                changed = true;
            } else if (octet >= 0) {
                octets.append((char) octet);
                i += 3;
                changed = true;
            } else {
                changed |= text.charAt(i) >= 0x80;
                octets.append(text.charAt(i));
                i++;
            }
        }
        return changed ? joinUtf8(octets) : text;
    }

    /** The same for a part of a query, where a plus is a space. */
    static String decodeQueryPart(String text) {
        return decode(text.replace('+', ' '));
    }

    /** The {@code %uXXXX} of some Windows servers, or -1. */
    private static int wideEscapeAt(String text, int index) {
        if (index + 6 > text.length() || text.charAt(index) != '%' || (text.charAt(index + 1) | 0x20) != 'u') {
            return -1;
        }
        int c = 0;
        for (int i = index + 2; i < index + 6; i++) {
            int digit = Octets.hexDigit(text.charAt(i));
            if (digit < 0) {
                return -1;
            }
            c = (c << 4) | digit;
        }
        return c;
    }

    /** Takes runs of octets that have UTF-8's outward form for the characters that they would be. */
    private static String joinUtf8(StringBuilder octets) {
        StringBuilder text = new StringBuilder(octets.length());
        for (int i = 0; i < octets.length(); ) {
            int lead = octets.charAt(i);
            int length = lead < 0xc0 || lead > 0xf7 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
            int c = length == 1 ? lead : lead & (0x7f >> length);
            int end = i + 1;
            while (end < i + length && end < octets.length() && (octets.charAt(end) & ~0x3f) == 0x80) {
                c = (c << 6) | (octets.charAt(end) & 0x3f);
                end++;
            }
            if (end < i + length || !Character.isValidCodePoint(c)) {
                c = lead;
                end = i + 1;
            }
            text.appendCodePoint(c);
            i = end;
        }
        return text.toString();
    }
}
