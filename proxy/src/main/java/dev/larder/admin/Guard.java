package dev.larder.admin;

import dev.larder.http.Fields;
import dev.larder.server.AdminRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask what at the admin address. Whoever shows the token may do all. Without it an address that only this machine
 * reaches is open, but not to pages of other sites in a browser of this machine: neither by a name that they had point here,
 * nor across sites. Through a proxy it has the names that the operator says, and no others. Immutable; any thread.
 */
final class Guard {

    private static final String BEARER = "Bearer ";

    /** No name that somebody else could have pointed at this address. */
    private static final Pattern NO_FOREIGN_NAME =
            Pattern.compile("(localhost|[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+\\])(:[0-9]{1,5})?");

    /** What a message may repeat of what somebody sent. */
    private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9._:\\[\\]-]{1,200}");

    private final boolean local;
    private final Optional<byte[]> token;
    private final Set<String> origins;
    private final Set<String> hosts;

    /**
     * A guard.
     *
     * @param local whether the admin address is a loopback address
     * @param token whoever shows it may do all; without one nobody can
     * @param origins by which people reach the address through a proxy, as browsers write them
     */
    Guard(boolean local, Optional<String> token, List<String> origins) {
        this.local = local;
        this.token = token.map(text -> text.getBytes(StandardCharsets.UTF_8));
        this.origins = Set.copyOf(origins);
        this.hosts = origins.stream()
                .map(origin -> origin.substring(origin.indexOf("//") + 2))
                .collect(Collectors.toUnmodifiableSet());
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
        if (!trusted && !isOurs(host)) {
            return refused(
                    403,
                    "the host is a name; ask for localhost or an address, or show the admin-token. Behind a proxy, set"
                            + " admin-origins to where people reach it, e.g. [https://admin.example]");
        }
        String origin = fields.get("origin");
        if (origin != null && !origin.equals("http://" + host) && !origins.contains(origin)) {
            return refused(
                    403,
                    "pages of other sites are not answered"
                            + (ORIGIN.matcher(origin).matches()
                                    ? "; if " + origin
                                            + " is where people reach this one through a proxy, set admin-origins: ["
                                            + origin + "]"
                                    : ""));
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

    /** No name that somebody else could have pointed here. */
    private boolean isOurs(@Nullable String host) {
        return host != null
                && (NO_FOREIGN_NAME.matcher(host.toLowerCase(Locale.ROOT)).matches()
                        || hosts.contains(host.toLowerCase(Locale.ROOT)));
    }

    private static Optional<Refusal> refused(int status, String why) {
        return Optional.of(new Refusal(status, why));
    }

    /** Why not. */
    record Refusal(int status, String why) {}
}
