package dev.larder.identity;

import dev.larder.http.Fields;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.rules.Rules.CredentialSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the credential of one identity in a request's fields. Immutable.
 *
 * <p>Servers differ in what they make of a credential that is there twice, is quoted, encoded or padded, or whose name
 * merely begins like the one expected. Whatever some of them would read differently is {@link Carried.Ambiguous}: a
 * request is never answered from storage as somebody whom the backend would not take it for. This reads the raw lines,
 * since the differences lie in what a parser drops. An Authorization field beside a cookie is such a case, too: only the
 * backend knows which of the two it believes.
 *
 * <p>More than one Cookie line is ambiguous (RFC 6265 section 5.4 allows one); whoever receives HTTP/2 joins its pieces
 * first (RFC 9113 section 8.2.3).
 */
final class CredentialFinder {

    private static final Carried NONE = new Carried.None();
    private static final Carried AMBIGUOUS = new Carried.Ambiguous();

    private final String identity;
    private final CredentialSource source;
    private final CredentialHash hash;

    CredentialFinder(String identity, CredentialSource source, CredentialHash hash) {
        this.identity = identity;
        this.source = source;
        this.hash = hash;
    }

    /** What these fields carry. */
    Carried find(Fields fields) {
        if (source instanceof CredentialSource.Header header) {
            return findField(header.name(), fields);
        }
        Cookies cookies = scan(((CredentialSource.Cookies) source).names(), fields);
        if (cookies.state == State.NONE) {
            return NONE;
        }
        String pair = cookies.pair;
        if (cookies.state == State.AMBIGUOUS || pair == null || fields.contains("authorization")) {
            return AMBIGUOUS;
        }
        return isPlainToken(pair, pair.indexOf('=') + 1, pair.length()) ? one("Cookie", pair) : AMBIGUOUS;
    }

    /** Whether a credential is there in any form, readable or not. */
    boolean carries(Fields fields) {
        return source instanceof CredentialSource.Header header
                ? fields.contains(header.name())
                : scan(((CredentialSource.Cookies) source).names(), fields).state != State.NONE;
    }

    private Carried findField(String name, Fields fields) {
        List<String> values = fields.all(name);
        if (values.isEmpty()) {
            return NONE;
        }
        String value = values.get(0);
        if (values.size() > 1) {
            return AMBIGUOUS;
        }
        // One token, or a scheme and one token (RFC 9110 section 11.4).
        int blank = value.indexOf(' ');
        boolean plain = blank < 0
                ? isPlainToken(value, 0, value.length())
                : isPlainToken(value, 0, blank) && isPlainToken(value, blank + 1, value.length());
        return plain ? one(name, value) : AMBIGUOUS;
    }

    private Carried one(String field, String value) {
        return new Carried.One(hash.credential(identity, value), Map.entry(field, value));
    }

    private static boolean isPlainToken(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '.'
                    || c == '_'
                    || c == '~'
                    || c == '+'
                    || c == '/'
                    || c == '=';
            if (!plain) {
                return false;
            }
        }
        return from < to;
    }

    // ---- cookies -------------------------------------------------------------------------------------------------

    private enum State {
        NONE,
        ONE,
        AMBIGUOUS
    }

    /**
     * What the Cookie lines hold.
     *
     * @param pair {@code name=value} as it came, where there is exactly one
     */
    private record Cookies(State state, @Nullable String pair) {
        private static final Cookies NOTHING = new Cookies(State.NONE, null);
        private static final Cookies IN_DOUBT = new Cookies(State.AMBIGUOUS, null);
    }

    private static Cookies scan(List<String> names, Fields fields) {
        Cookies all = Cookies.NOTHING;
        int lines = 0;
        for (int i = 0; i < fields.size(); i++) {
            if (fields.isNamed(i, "cookie")) {
                lines++;
                Cookies line = scanLine(names, fields.value(i));
                all = line.state == State.NONE ? all : all.state == State.NONE ? line : Cookies.IN_DOUBT;
            }
        }
        return all.state != State.NONE && lines > 1 ? Cookies.IN_DOUBT : all;
    }

    private static Cookies scanLine(List<String> names, String line) {
        String pair = null;
        boolean runsOn = false;
        int start = 0;
        while (start < line.length()) {
            int semicolon = line.indexOf(';', start);
            int end = semicolon < 0 ? line.length() : semicolon;
            int from = start;
            while (from < end && (line.charAt(from) == ' ' || line.charAt(from) == '\t')) {
                from++;
            }
            int equals = line.indexOf('=', from);
            if (equals >= 0 && equals < end && isListed(names, line, from, equals)) {
                if (pair != null) {
                    return Cookies.IN_DOUBT;
                }
                pair = line.substring(from, end);
            } else if (mayBeTakenForOne(names, line, from, end)) {
                return Cookies.IN_DOUBT;
            }
            runsOn |= hasOpenQuote(line, from, end);
            start = end + 1;
        }
        if (pair == null) {
            return Cookies.NOTHING;
        }
        // Where quotes count, one that is open runs on over the semicolon, and this pair may be part of another value.
        return runsOn ? Cookies.IN_DOUBT : new Cookies(State.ONE, pair);
    }

    private static boolean isListed(List<String> names, String line, int from, int to) {
        for (String name : names) {
            if (name.length() == to - from && line.startsWith(name, from)) {
                return true;
            }
        }
        return false;
    }

    /** Whether some server finds a listed cookie, or part of one, in a piece that is none by the letter. */
    private static boolean mayBeTakenForOne(List<String> names, String line, int from, int end) {
        if (beginsLikeListed(names, line, from, end)) {
            return true;
        }
        boolean inName = true;
        boolean encodedName = false;
        for (int i = from; i < end; i++) {
            char c = line.charAt(i);
            if ((c == ',' || c == '"' || c == ' ') && beginsLikeListed(names, line, i + 1, end)) {
                // Old parsers end a cookie at a comma as well, and lenient ones at a blank or a quote.
                return true;
            }
            inName &= c != '=';
            encodedName |= inName && c == '%';
        }
        return encodedName && beginsLikeListed(names, percentDecoded(line.substring(from, end)));
    }

    private static boolean beginsLikeListed(List<String> names, String text) {
        return beginsLikeListed(names, text, 0, text.length());
    }

    private static boolean beginsLikeListed(List<String> names, String line, int from, int end) {
        int at = from;
        while (at < end && isPadding(line.charAt(at))) {
            at++;
        }
        for (String name : names) {
            if (end - at >= name.length() && beginsLike(name, line, at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean beginsLike(String name, String line, int at) {
        for (int i = 0; i < name.length(); i++) {
            if (folded(name.charAt(i)) != folded(line.charAt(at + i))) {
                return false;
            }
        }
        return true;
    }

    /** Without regard to case, and with the characters that PHP reads as an underscore in a name as one. */
    private static char folded(char c) {
        if (c >= 'A' && c <= 'Z') {
            return (char) (c + ('a' - 'A'));
        }
        return c == '.' || c == ' ' || c == '[' || c == '+' ? '_' : c;
    }

    /** Blanks and controls, in the widest sense in which any language's trim takes them away, and quotes. */
    private static boolean isPadding(char c) {
        return c <= ' ' || c == '"' || (c >= 0x7f && c <= 0xa0);
    }

    private static boolean hasOpenQuote(String line, int from, int end) {
        boolean open = false;
        for (int i = from; i < end; i++) {
            open ^= line.charAt(i) == '"';
        }
        return open;
    }

    private static String percentDecoded(String text) {
        StringBuilder decoded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            int high = i + 2 < text.length() && text.charAt(i) == '%' ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            int octet = low < 0 ? -1 : 16 * high + low;
            decoded.append(octet < 0 ? text.charAt(i) : (char) octet);
            i += octet < 0 ? 0 : 2;
        }
        return new String(decoded.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
