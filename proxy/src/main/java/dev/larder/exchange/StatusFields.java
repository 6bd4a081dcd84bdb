package dev.larder.exchange;

import dev.larder.key.BypassReason;
import java.util.Optional;

/** Renders a {@link Disposition} as Cache-Status (RFC 9211) and Proxy-Status (RFC 9209). Pure. */
public final class StatusFields {

    /** By what name larder speaks of itself in Cache-Status, Proxy-Status and Via. */
    public static final String NAME = "larder";

    private StatusFields() {}

    /** The member that larder adds to Cache-Status. */
    public static String cacheStatus(Disposition disposition) {
        if (disposition instanceof Disposition.Hit hit) {
            return NAME + "; hit; ttl=" + hit.timeToLive().toSeconds();
        }
        if (disposition instanceof Disposition.Validated validated) {
            return NAME + "; fwd=stale; fwd-status=304" + (validated.stored() ? "; stored" : "");
        }
        if (disposition instanceof Disposition.Stale stale) {
            // Where the origin was asked and failed it is no hit (RFC 9211 section 2.1).
            boolean asked = stale.why() == Disposition.Stale.Allowance.IF_ERROR;
            return NAME + (asked ? "; fwd=stale" : "; hit") + "; ttl=-"
                    + Math.max(1, stale.staleness().toSeconds()) + detail(stale.detail());
        }
        if (disposition instanceof Disposition.Miss miss) {
            return NAME + "; fwd=" + miss.why().forwarded()
                    + (miss.collapsed() ? "; collapsed" : "") + (miss.stored() ? "; stored" : "")
                    + detail(miss.detail());
        }
        if (disposition instanceof Disposition.Bypass bypass) {
            boolean method = bypass.reason() == BypassReason.WRITE || bypass.reason() == BypassReason.METHOD;
            return NAME + "; fwd=" + (method ? "method" : "bypass")
                    + detail(Optional.of(bypass.reason().token()
                            + bypass.about().map(about -> ":" + about).orElse("")));
        }
        return NAME + detail(disposition.detail());
    }

    /** The member that larder adds to Proxy-Status where it made the answer itself. */
    public static String proxyStatus(Disposition.Refused refused) {
        return NAME + "; error=" + refused.error() + "; details=" + quoted(refused.explanation());
    }

    private static String detail(Optional<String> detail) {
        return detail.map(text -> "; detail=" + (isToken(text) ? text : quoted(text)))
                .orElse("");
    }

    /** A token of RFC 9651 section 3.3.4, as far as ours go. */
    private static boolean isToken(String text) {
        boolean token = !text.isEmpty() && (isLetter(text.charAt(0)) || text.charAt(0) == '*');
        for (int i = 1; i < text.length() && token; i++) {
            char c = text.charAt(i);
            token = isLetter(c) || (c >= '0' && c <= '9') || ":._-".indexOf(c) >= 0;
        }
        return token;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** A string of RFC 9651 section 3.3.3: printable ASCII, quotes and backslashes escaped. */
    private static String quoted(String text) {
        return '"'
                + text.replaceAll("[^\\x20-\\x7e]", "?").replace("\\", "\\\\").replace("\"", "\\\"")
                + '"';
    }
}
