package dev.larder.server;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.Target;
import dev.larder.origin.OriginRequest;
import dev.larder.relay.WireFields;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes of a request that was let pass the one that is forwarded. Pure but for what a hop remembers; any thread. */
final class RequestIntake {

    private static final OriginRequest.Body NO_BODY = new OriginRequest.Body.None();

    private final Forwarding forwarding;
    private final String backendAuthority;

    /**
     * An intake.
     *
     * @param backendAuthority what stands for Host where an HTTP/1.0 request has none
     */
    RequestIntake(Forwarding forwarding, String backendAuthority) {
        this.forwarding = forwarding;
        this.backendAuthority = backendAuthority;
    }

    /** What is said of requests from this address, which is null where there is none. */
    Forwarding.Hop from(@Nullable InetSocketAddress peer) {
        return forwarding.from(peer);
    }

    /** A request that {@link FramingGuard} let pass, as it is forwarded. */
    ClientRequest accept(HttpRequest request, Forwarding.Hop hop) {
        boolean http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        OriginRequest.Body body = body(request);
        Fields sent = WireFields.read(request.headers());
        if (http10) {
            // RFC 9110 section 10.1.1: an expectation in HTTP/1.0 is ignored.
            sent = sent.without("expect");
        }
        String host = sent.get("host");
        if (host == null) {
            host = FramingGuard.absoluteAuthority(request.uri()).orElse(backendAuthority);
            sent = sent.toBuilder().add("Host", host).build();
        }
        String method = request.method().name();
        boolean upgrade =
                !http10 && method.equals("GET") && body instanceof OriginRequest.Body.None && asksForTunnel(sent);
        Fields kept = counted(method, sent.without("content-length"));
        Target target = Target.parse(originForm(request.uri(), method.equals("OPTIONS")));
        RequestHead head = hop.forwarded(method, target, kept, host, http10 ? "1.0" : "1.1", upgrade);
        return new ClientRequest(head, body, http10, sent.contains("expect"));
    }

    /** The same for a plain one. */
    ClientRequest accept(PlainRequest request, Forwarding.Hop hop) {
        RequestHead head =
                hop.forwarded("GET", Target.parse(request.target()), request.fields(), request.host(), "1.1", false);
        return new ClientRequest(head, NO_BODY, false, false);
    }

    /** One hop less is left (RFC 9110 section 7.6.2); what is no number is none of larder's business. */
    private static Fields counted(String method, Fields fields) {
        String hops = method.equals("TRACE") || method.equals("OPTIONS") ? fields.get("max-forwards") : null;
        return hops != null && hops.matches("[0-9]{1,9}")
                ? fields.toBuilder()
                        .set("Max-Forwards", Integer.toString(Integer.parseInt(hops) - 1))
                        .build()
                : fields;
    }

    private static OriginRequest.Body body(HttpRequest request) {
        if (HttpUtil.isTransferEncodingChunked(request)) {
            return new OriginRequest.Body.Chunked();
        }
        String length = request.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        return length == null
                ? new OriginRequest.Body.None()
                : new OriginRequest.Body.Length(Long.parseLong(length.strip()));
    }

    /**
     * An upgrade is asked for by Connection as well (RFC 9110 section 7.8). One to another HTTP or to TLS is not passed
     * on, which leaves the request as it is: through such a tunnel requests would go past every rule.
     */
    private static boolean asksForTunnel(Fields sent) {
        return sent.contains("upgrade")
                && sent.members("connection").stream().anyMatch("upgrade"::equalsIgnoreCase)
                && sent.members("upgrade").stream()
                        .map(protocol -> protocol.toLowerCase(Locale.ROOT))
                        .noneMatch(protocol ->
                                protocol.startsWith("h2") || protocol.startsWith("http") || protocol.startsWith("tls"));
    }

    private static String originForm(String target, boolean options) {
        Optional<String> authority = FramingGuard.absoluteAuthority(target);
        if (authority.isEmpty()) {
            return target;
        }
        String rest =
                target.substring(target.indexOf("//") + 2 + authority.get().length());
        if (rest.isEmpty() && options) {
            // RFC 9112 section 3.2.4: the server as a whole is asked.
            return "*";
        }
        return rest.startsWith("/") ? rest : "/" + rest;
    }
}
