package dev.larder.plan;

import dev.larder.http.RequestHead;
import dev.larder.http.Target;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** Targets that an answer names by a URI reference, absolute or relative to its request (RFC 3986 section 5). Pure. */
final class SameHost {

    private SameHost() {}

    /** The target, or empty where the reference leads to another host or is none. */
    static Optional<Target> target(RequestHead request, String reference) {
        try {
            URI base = new URI(request.scheme() + "://" + request.authority()
                    + request.target().rawPath());
            URI resolved = base.resolve(new URI(reference.strip()));
            String scheme =
                    resolved.getScheme() == null ? "" : resolved.getScheme().toLowerCase(Locale.ROOT);
            String authority = resolved.getRawAuthority();
            if (authority == null || !(scheme.equals("http") || scheme.equals("https"))) {
                return Optional.empty();
            }
            if (!host(authority, scheme).equals(host(request.authority(), request.scheme()))) {
                return Optional.empty();
            }
            String path = resolved.getRawPath();
            String query = resolved.getRawQuery();
            return Optional.of(
                    Target.parse((path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query)));
        } catch (URISyntaxException | IllegalArgumentException notOne) {
            return Optional.empty();
        }
    }

    /** In lower case, without the scheme's default port. */
    private static String host(String authority, String scheme) {
        String lower = authority.toLowerCase(Locale.ROOT);
        String port = scheme.equals("https") ? ":443" : ":80";
        return lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
    }
}
