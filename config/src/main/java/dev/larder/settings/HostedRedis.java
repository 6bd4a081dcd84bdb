package dev.larder.settings;

import dev.larder.rules.Position;
import dev.larder.rules.Problems;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * The pair of variables by which a hosted Redis introduces itself to REST clients. The same database speaks Redis'
 * own protocol over TLS, with the token as the password of the default user. Pure.
 */
final class HostedRedis {

    static final String URL = "UPSTASH_REDIS_REST_URL";
    static final String TOKEN = "UPSTASH_REDIS_REST_TOKEN";
    private static final int PORT = 6379;

    private HostedRedis() {}

    /** The store's URL, or empty: neither is set, or there is a problem, which never shows the token. */
    static Optional<String> url(Map<String, String> environment, Problems problems) {
        String url = environment.getOrDefault(URL, "").strip();
        String token = environment.getOrDefault(TOKEN, "").strip();
        if (url.isEmpty() != token.isEmpty()) {
            problems.add(
                    Position.NOWHERE,
                    url.isEmpty() ? TOKEN + " is set without " + URL : URL + " is set without " + TOKEN,
                    "both, or neither of them");
            return Optional.empty();
        }
        if (url.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> host = host(url);
        if (host.isEmpty()) {
            problems.add(Position.NOWHERE, URL + " is no URL of a host", "https://HOST");
        }
        return host.map(name -> "rediss://default:" + encode(token) + "@" + name + ":" + PORT);
    }

    private static Optional<String> host(String url) {
        try {
            URI uri = new URI(url);
            return "https".equals(uri.getScheme()) ? Optional.ofNullable(uri.getHost()) : Optional.empty();
        } catch (URISyntaxException notUri) {
            return Optional.empty();
        }
    }

    /** Everything but the unreserved characters (RFC 3986 section 2.3) as %XX. */
    private static String encode(String token) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : token.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean unreserved = c < 0x80 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
            encoded.append(unreserved ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return encoded.toString();
    }
}
