package dev.larder.server;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that two parsers could read differently, or that a reverse proxy has no business with, before
 * anything of them reaches the backend (RFC 9112). The codec decides what is well-formed and reports it in the decoder
 * result; what it lets pass is decided here. Pure.
 */
final class FramingGuard {

    /** RFC 3986 section 3.2.2, as far as a Host needs it: a name, an IPv4 or a bracketed IPv6 address, and a port. */
    private static final Pattern HOST = Pattern.compile("(?:[A-Za-z0-9._~-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?");

    private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** Visible ASCII but for what never stands in a request target (RFC 3986): the fragment, quotes, angle brackets. */
    private static final Pattern TARGET = Pattern.compile("[!$%&'()*+,./0-9:;=?@A-Z\\[\\]\\\\^_`a-z{|}~-]*");

    private FramingGuard() {}

    /**
     * Why a request is refused.
     *
     * @param status 400, 414, 417, 431, 501 or 505
     * @param explanation for the one who sent it; holds nothing of the request
     */
    record Refusal(int status, String explanation) {}

    /** Why this head is refused, or empty. */
    static Optional<Refusal> refusal(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return Optional.of(malformed(request.decoderResult().cause()));
        }
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return Optional.of(new Refusal(505, "only HTTP/1.0 and HTTP/1.1 are spoken here"));
        }
        String method = request.method().name();
        if (!METHOD.matcher(method).matches()) {
            return Optional.of(new Refusal(400, "the method is not a token"));
        }
        if (method.equals("CONNECT")) {
            return Optional.of(new Refusal(501, "CONNECT is for forward proxies"));
        }
        HttpHeaders headers = request.headers();
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        boolean hostless = hosts.isEmpty() && version.equals(HttpVersion.HTTP_1_0);
        if (!hostless && (hosts.size() != 1 || !HOST.matcher(hosts.get(0)).matches())) {
            return Optional.of(new Refusal(400, "exactly one valid Host field is needed"));
        }
        return target(request.uri(), method, hostless ? null : hosts.get(0)).or(() -> framing(headers, version));
    }

    private static Optional<Refusal> target(String target, String method, @Nullable String host) {
        if (target.equals("*")) {
            return method.equals("OPTIONS")
                    ? Optional.empty()
                    : Optional.of(new Refusal(400, "the target * is for OPTIONS only"));
        }
        if (!TARGET.matcher(target).matches()) {
            return Optional.of(new Refusal(400, "the request target holds a character that must be percent-encoded"));
        }
        if (target.startsWith("/")) {
            return Optional.empty();
        }
        Optional<String> authority = absoluteAuthority(target);
        if (authority.isEmpty()) {
            return Optional.of(new Refusal(400, "the request target must begin with a slash"));
        }
        boolean agree = host == null
                ? HOST.matcher(authority.get()).matches()
                : authority.get().equalsIgnoreCase(host);
        return agree
                ? Optional.empty()
                : Optional.of(new Refusal(400, "the target's authority and the Host field differ"));
    }

    /** The authority of {@code http://authority/path}; empty where the target is not in absolute form. */
    static Optional<String> absoluteAuthority(String target) {
        String lower = target.substring(0, Math.min(8, target.length())).toLowerCase(java.util.Locale.ROOT);
        int start = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
        if (start < 0) {
            return Optional.empty();
        }
        int end = start;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        return Optional.of(target.substring(start, end));
    }

    private static Optional<Refusal> framing(HttpHeaders headers, HttpVersion version) {
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()) {
            if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
                return Optional.of(new Refusal(400, "both Content-Length and Transfer-Encoding"));
            }
            if (version.equals(HttpVersion.HTTP_1_0)) {
                return Optional.of(new Refusal(400, "Transfer-Encoding in HTTP/1.0"));
            }
            if (codings.size() != 1) {
                return Optional.of(new Refusal(400, "more than one Transfer-Encoding"));
            }
            if (!codings.get(0).equalsIgnoreCase("chunked")) {
                return Optional.of(new Refusal(501, "no transfer coding but chunked is understood"));
            }
        }
        List<String> expectations = headers.getAll(HttpHeaderNames.EXPECT);
        if (!expectations.isEmpty()
                && version.equals(HttpVersion.HTTP_1_1)
                && (expectations.size() != 1 || !expectations.get(0).equalsIgnoreCase("100-continue"))) {
            return Optional.of(new Refusal(417, "no expectation but 100-continue is understood"));
        }
        return Optional.empty();
    }

    private static Refusal malformed(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return new Refusal(414, "the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException || cause instanceof TooLongFrameException) {
            return new Refusal(431, "the head is too long");
        }
        return new Refusal(400, "malformed request");
    }
}
