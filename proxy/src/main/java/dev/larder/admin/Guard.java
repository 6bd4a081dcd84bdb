package dev.larder.admin;

import dev.larder.http.Fields;
import dev.larder.server.AdminRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who may ask what at the admin address. Whoever shows the token may do all. Without it an address that only this machine
 * reaches is open, but not to pages of other sites in a browser of this machine: neither by a name that they had point here,
 * nor across sites. Immutable; any thread.
 */
final class Guard {

    private static final String BEARER = "Bearer ";

    /** No name that somebody else could have pointed at this address. */
    private static final Pattern NO_FOREIGN_NAME =
            Pattern.compile("(localhost|[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+\\])(:[0-9]{1,5})?");

    private final boolean local;
    private final Optional<byte[]> token;

    /**
     * A guard.
     *
     * @param local whether the admin address is a loopback address
     * @param token whoever shows it may do all; without one nobody can
     */
    Guard(boolean local, Optional<String> token) {
        this.local = local;
        this.token = token.map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the request shows the token. */
    boolean isTrusted(AdminRequest request) {
        String shown = request.fields().get("authorization");
        return token.isPresent()
                && shown != null
                && shown.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && MessageDigest.isEqual(
                        token.get(), shown.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8));
    }

    /** Why the request is not answered, or empty. */
    Optional<Refusal> refusal(AdminRequest request, boolean writes) {
        Fields fields = request.fields();
        boolean trusted = isTrusted(request);
        if (fields.contains("authorization") && !trusted) {
            return refused(401, "this is not the admin-token");
        }
        if (!local && !trusted) {
            return refused(
                    401,
                    token.isPresent()
                            ? "the admin-token is needed here: Authorization: Bearer TOKEN"
                            : "the admin address is no loopback address, so this needs the setting admin-token");
        }
        String host = fields.get("host");
        if (!trusted
                && (host == null
                        || !NO_FOREIGN_NAME
                                .matcher(host.toLowerCase(Locale.ROOT))
                                .matches())) {
            return refused(403, "the host is a name; ask for localhost or an address, or show the admin-token");
        }
        String origin = fields.get("origin");
        if (origin != null && !origin.equals("http://" + host)) {
            return refused(403, "pages of other sites are not answered");
        }
        String site = fields.get("sec-fetch-site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            return refused(403, "pages of other sites are not answered");
        }
        String type = fields.get("content-type");
        if (writes && (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json"))) {
            return refused(415, "what changes something has Content-Type: application/json");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> refused(int status, String why) {
        return Optional.of(new Refusal(status, why));
    }

    /** Why not. */
    record Refusal(int status, String why) {}
}
