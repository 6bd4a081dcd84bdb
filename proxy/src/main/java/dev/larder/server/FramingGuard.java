package dev.larder.server;

import dev.larder.exchange.RefusalReason;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import io.netty.util.NetUtil;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that two parsers could read differently, or that a reverse proxy has no business with, before
 * anything of them reaches the backend (RFC 9112). The codec decides what is well-formed and reports it in the decoder
 * result; what it lets pass is decided here. Pure.
 */
final class FramingGuard {

    /** RFC 3986 section 3.2.2, as far as a Host needs it: a name, an IPv4 or a bracketed IPv6 address, and a port. */
    private static final Pattern HOST = Pattern.compile("(?:[A-Za-z0-9._~-]+|\\[([0-9A-Fa-f:.]+)])(?::([0-9]{1,5}))?");

    private static final int GREATEST_PORT = 65535;

    private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** Visible ASCII but for what never stands in a request target (RFC 3986): the fragment, quotes, angle brackets. */
    private static final Pattern TARGET = Pattern.compile("[!$%&'()*+,./0-9:;=?@A-Z\\[\\]\\\\^_`a-z{|}~-]*");

    /**
     * Framing fields as a backend may spell them to itself: those that hand fields on as variables (RFC 3875 section
     * 4.1.18) make no difference between a dash and an underscore, nor do lenient parsers.
     */
    private static final List<AsciiString> DISGUISED =
            List.of(AsciiString.cached("content_length"), AsciiString.cached("transfer_encoding"));

    private FramingGuard() {}

    /**
     * Why a request is refused.
     *
     * @param status 200 (to an OPTIONS for nobody behind larder), 400, 414, 417, 431, 501 or 505
     * @param why the same for metrics and logs
     * @param explanation for the one who sent it; holds nothing of the request
     */
    record Refusal(int status, RefusalReason why, String explanation) {}

    /** Why this head is refused, or empty. */
    static Optional<Refusal> refusal(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return Optional.of(malformed(request.decoderResult().cause()));
        }
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return Optional.of(new Refusal(505, RefusalReason.VERSION, "only HTTP/1.0 and HTTP/1.1 are spoken here"));
        }
        String method = request.method().name();
        if (!METHOD.matcher(method).matches()) {
            return Optional.of(new Refusal(400, RefusalReason.METHOD, "the method is not a token"));
        }
        if (method.equals("CONNECT")) {
            return Optional.of(new Refusal(501, RefusalReason.METHOD, "CONNECT is for forward proxies"));
        }
        HttpHeaders headers = request.headers();
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        boolean hostless = hosts.isEmpty() && version.equals(HttpVersion.HTTP_1_0);
        if (!hostless && (hosts.size() != 1 || !isHost(hosts.get(0)))) {
            return Optional.of(new Refusal(400, RefusalReason.HOST, "exactly one valid Host field is needed"));
        }
        return target(request.uri(), method, hostless ? null : hosts.get(0))
                .or(() -> framing(headers, version))
                .or(() -> ownBody(method, headers))
                .or(() -> farthest(method, headers));
    }

    /** Whether it is a valid Host. */
    static boolean isHost(String text) {
        Matcher host = HOST.matcher(text);
        return host.matches()
                && (host.group(1) == null || NetUtil.isValidIpV6Address(host.group(1)))
                && (host.group(2) == null || Integer.parseInt(host.group(2)) <= GREATEST_PORT);
    }

    private static Optional<Refusal> target(String target, String method, @Nullable String host) {
        if (target.equals("*")) {
            return method.equals("OPTIONS")
                    ? Optional.empty()
                    : Optional.of(new Refusal(400, RefusalReason.TARGET, "the target * is for OPTIONS only"));
        }
        if (!isTarget(target)) {
            return Optional.of(new Refusal(
                    400, RefusalReason.TARGET, "the request target holds a character that must be percent-encoded"));
        }
        if (target.startsWith("/")) {
            return Optional.empty();
        }
        Optional<String> authority = absoluteAuthority(target);
        if (authority.isEmpty()) {
            return Optional.of(new Refusal(400, RefusalReason.TARGET, "the request target must begin with a slash"));
        }
        boolean agree = host == null ? isHost(authority.get()) : authority.get().equalsIgnoreCase(host);
        return agree
                ? Optional.empty()
                : Optional.of(new Refusal(400, RefusalReason.HOST, "the target's authority and the Host field differ"));
    }

    /** Whether it holds nothing but what may stand in a request target. */
    static boolean isTarget(String text) {
        return TARGET.matcher(text).matches();
    }

    /** The authority of {@code http://authority/path}; empty where the target is not in absolute form. */
    static Optional<String> absoluteAuthority(String target) {
        String lower = target.substring(0, Math.min(8, target.length())).toLowerCase(Locale.ROOT);
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
                return Optional.of(
                        new Refusal(400, RefusalReason.FRAMING, "both Content-Length and Transfer-Encoding"));
            }
            if (version.equals(HttpVersion.HTTP_1_0)) {
                return Optional.of(new Refusal(400, RefusalReason.FRAMING, "Transfer-Encoding in HTTP/1.0"));
            }
            if (codings.size() != 1) {
                return Optional.of(new Refusal(400, RefusalReason.FRAMING, "more than one Transfer-Encoding"));
            }
            if (!codings.get(0).equalsIgnoreCase("chunked")) {
                return Optional.of(
                        new Refusal(501, RefusalReason.FRAMING, "no transfer coding but chunked is understood"));
            }
        }
        if (headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY1)
                && headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY2)) {
            // A draft of WebSocket had eight octets of body without a length, and Netty's decoder knows it still.
            return Optional.of(
                    new Refusal(400, RefusalReason.FRAMING, "a body that no length announces, of an abandoned draft"));
        }
        if (isDisguised(headers)) {
            return Optional.of(new Refusal(400, RefusalReason.FRAMING, "a framing field with an underscore"));
        }
        List<String> expectations = headers.getAll(HttpHeaderNames.EXPECT);
        if (!expectations.isEmpty()
                && version.equals(HttpVersion.HTTP_1_1)
                && (expectations.size() != 1 || !expectations.get(0).equalsIgnoreCase("100-continue"))) {
            return Optional.of(
                    new Refusal(417, RefusalReason.EXPECTATION, "no expectation but 100-continue is understood"));
        }
        return Optional.empty();
    }

    private static boolean isDisguised(HttpHeaders headers) {
        Iterator<Map.Entry<CharSequence, CharSequence>> lines = headers.iteratorCharSequence();
        while (lines.hasNext()) {
            CharSequence name = lines.next().getKey();
            for (AsciiString disguise : DISGUISED) {
                if (disguise.contentEqualsIgnoreCase(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** RFC 9110 section 9.3.8: a TRACE has no content. */
    private static Optional<Refusal> ownBody(String method, HttpHeaders headers) {
        boolean body = headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                || !headers.get(HttpHeaderNames.CONTENT_LENGTH, "0").equals("0");
        return method.equals("TRACE") && body
                ? Optional.of(new Refusal(400, RefusalReason.FRAMING, "a TRACE has no body"))
                : Optional.empty();
    }

    /** RFC 9110 section 7.6.2: whom a TRACE or OPTIONS lets go no further answers it. */
    private static Optional<Refusal> farthest(String method, HttpHeaders headers) {
        boolean limited = method.equals("TRACE") || method.equals("OPTIONS");
        if (!limited || !headers.get(HttpHeaderNames.MAX_FORWARDS, "").matches("0+")) {
            return Optional.empty();
        }
        return Optional.of(
                method.equals("OPTIONS")
                        ? new Refusal(200, RefusalReason.MAX_FORWARDS, "the request has gone as far as it allowed")
                        : new Refusal(501, RefusalReason.MAX_FORWARDS, "a TRACE is not answered here"));
    }

    private static Refusal malformed(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return new Refusal(414, RefusalReason.LINE_TOO_LONG, "the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException || cause instanceof TooLongFrameException) {
            return new Refusal(431, RefusalReason.HEAD_TOO_LONG, "the head is too long");
        }
        return new Refusal(400, RefusalReason.MALFORMED, "malformed request");
    }
}
