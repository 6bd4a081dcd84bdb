package dev.larder.server;

import dev.larder.exchange.ClientPort;
import dev.larder.exchange.Exchange;
import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.http.Target;
import dev.larder.origin.OriginPool;
import dev.larder.origin.OriginRequest;
import dev.larder.policy.HttpDates;
import dev.larder.relay.Channels;
import dev.larder.relay.WireFields;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection: turns channel events into those of an {@link Exchange}, one request after the other, and frames
 * what the exchange answers. Pipelined requests wait in the {@code MessageQueue} before it. Confined to its event loop.
 */
final class ExchangeHandler extends ChannelInboundHandlerAdapter implements ClientPort {

    private static final Logger LOG = LoggerFactory.getLogger(ExchangeHandler.class);

    private final ServerContext server;
    private final AnswerEncoder encoder;

    private @Nullable ChannelHandlerContext context;
    private @Nullable OriginPool pool;
    private @Nullable Exchange exchange;

    /** The next request of a pipelining client, come before the present one was answered. */
    private @Nullable HttpRequest parked;

    private boolean http10;
    private boolean keepAlive;
    private boolean bodiless;
    private boolean requestWhole;
    private boolean inputClosed;
    private boolean answerBegun;
    private boolean closeDelimited;
    private boolean flushing;
    private int status;
    private long bodyBytes;

    private @Nullable ScheduledFuture<?> idleTimer;
    private long idleSince;
    private @Nullable Duration idleLimit;

    ExchangeHandler(ServerContext server, AnswerEncoder encoder) {
        this.server = server;
        this.encoder = encoder;
    }

    // ---- channel events ----------------------------------------------------------------------------------------

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        boolean admitted = server.admission().enter();
        var unused = active.channel()
                .closeFuture()
                .addListener(closed -> server.admission().leave());
        if (!admitted) {
            refuse(503, "too many connections");
            return;
        }
        pool = server.pools().apply(eventLoop());
        server.opened(active.channel());
        waitFor(server.services().settings().timeouts().clientHead());
        active.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        if (message instanceof HttpRequest request) {
            if (exchange != null) {
                parked = request;
            } else {
                received(request);
            }
        } else if (message instanceof HttpContent piece) {
            content(piece);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void received(HttpRequest request) {
        waitFor(null);
        var refusal = FramingGuard.refusal(request);
        if (refusal.isPresent()) {
            refuse(refusal.get().status(), refusal.get().explanation());
            return;
        }
        OriginPool origin = pool;
        if (origin == null) {
            return;
        }
        http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        keepAlive = HttpUtil.isKeepAlive(request) && !server.isDraining();
        OriginRequest.Body body = body(request);
        bodiless = body instanceof OriginRequest.Body.None;
        requestWhole = bodiless;
        answerBegun = false;
        closeDelimited = false;
        status = 0;
        bodyBytes = 0;
        encoder.answerToHead(request.method().name().equals("HEAD"));
        Exchange begun = new Exchange(server.services(), origin, this, head(request), body);
        exchange = begun;
        begun.start();
        if (bodiless) {
            // The end of a message without a body is read over.
            read();
        }
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

    private RequestHead head(HttpRequest request) {
        Fields sent = WireFields.read(request.headers());
        InetSocketAddress peer = peer();
        String scheme = server.forwarding().scheme(sent, peer);
        String host = sent.get("host");
        if (host == null) {
            host = server.backendAuthority();
            sent = sent.toBuilder().add("Host", host).build();
        }
        // An upgrade is a GET without a body, and asked for by Connection as well (RFC 9110 section 7.8).
        boolean upgrade = sent.contains("upgrade")
                && !http10
                && request.method().name().equals("GET")
                && body(request) instanceof OriginRequest.Body.None
                && sent.members("connection").stream().anyMatch("upgrade"::equalsIgnoreCase);
        Fields forwarded =
                server.forwarding().forwarded(sent, peer, host, scheme, upgrade).without("content-length");
        return new RequestHead(
                request.method().name(),
                Target.parse(originForm(request.uri())),
                scheme,
                authority(host, scheme),
                forwarded);
    }

    private static String originForm(String target) {
        return FramingGuard.absoluteAuthority(target)
                .map(authority -> {
                    String rest = target.substring(target.indexOf("//") + 2 + authority.length());
                    return rest.startsWith("/") ? rest : "/" + rest;
                })
                .orElse(target);
    }

    private static String authority(String host, String scheme) {
        String lower = host.toLowerCase(Locale.ROOT);
        String defaultPort = scheme.equals("https") ? ":443" : ":80";
        return lower.endsWith(defaultPort) ? lower.substring(0, lower.length() - defaultPort.length()) : lower;
    }

    private @Nullable InetSocketAddress peer() {
        return channel().remoteAddress() instanceof InetSocketAddress address ? address : null;
    }

    private void content(HttpContent piece) {
        Exchange present = exchange;
        boolean last = piece instanceof LastHttpContent;
        if (bodiless) {
            piece.release();
            if (last) {
                // Nothing more is due, but a visitor who leaves, or pipelines, is noticed.
                read();
            }
            return;
        }
        if (present == null || requestWhole) {
            piece.release();
            return;
        }
        if (piece.decoderResult().isFailure()) {
            // A body that breaks: the origin must not take it for whole.
            piece.release();
            present.clientGone();
            close();
            return;
        }
        waitFor(null);
        Fields trailers = last ? WireFields.read(((LastHttpContent) piece).trailingHeaders()) : Fields.EMPTY;
        if (piece.content().isReadable()) {
            // The end is an event of its own: the piece must not look like it to an encoder.
            present.requestPiece(last ? new DefaultHttpContent(piece.content()) : piece);
        } else {
            piece.release();
            if (!last) {
                read();
            }
        }
        if (last) {
            requestWhole = true;
            present.requestEnded(trailers);
            read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (exchange != null && changed.channel().isWritable()) {
            exchange.clientWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext triggered, Object event) {
        if (event == ProxyServer.DRAIN) {
            keepAlive = false;
            if (exchange == null && parked == null) {
                close();
            }
        } else if (event instanceof ChannelInputShutdownEvent) {
            // Everything the visitor has said has been heard: what they asked for is still answered.
            inputClosed = true;
            if (exchange == null) {
                close();
            } else if (!requestWhole) {
                exchange.clientGone();
                close();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        waitFor(null);
        if (exchange != null) {
            exchange.clientGone();
        }
        ReferenceCountUtil.release(parked);
        parked = null;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        if (!(cause instanceof java.io.IOException)) {
            LOG.warn("an exchange failed and its connection is closed: {}", exchange, cause);
        }
        close();
    }

    // ---- the exchange's side -----------------------------------------------------------------------------------

    @Override
    public EventLoop eventLoop() {
        return channel().eventLoop();
    }

    @Override
    public void read() {
        if (context != null) {
            if (!requestWhole && exchange != null) {
                waitFor(server.services().settings().timeouts().bodyIdle());
            }
            context.read();
        }
    }

    @Override
    public void informational(ResponseHead head) {
        if (!http10 && !answerBegun && channel().isActive()) {
            write(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    status(head),
                    Unpooled.EMPTY_BUFFER,
                    WireFields.write(head.fields().withoutHopByHop()),
                    EmptyHttpHeaders.INSTANCE));
        }
    }

    @Override
    public void head(ResponseHead head) {
        HttpHeaders headers = begin(head);
        boolean bodyless = head.status() == 204 || head.status() == 304;
        if (!bodyless && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            if (http10) {
                closeDelimited = true;
                keepAlive = false;
            } else {
                headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            }
        }
        connection(headers);
        write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status(head), headers));
    }

    @Override
    public void respond(ResponseHead head, byte[] body) {
        HttpHeaders headers = begin(head);
        if (head.status() != 204 && head.status() != 304) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        connection(headers);
        bodyBytes = body.length;
        write(new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status(head), Unpooled.wrappedBuffer(body), headers, EmptyHttpHeaders.INSTANCE));
    }

    private HttpHeaders begin(ResponseHead head) {
        answerBegun = true;
        status = head.status();
        HttpHeaders headers = WireFields.write(head.fields());
        if (!headers.contains(HttpHeaderNames.DATE)) {
            headers.set(
                    HttpHeaderNames.DATE,
                    HttpDates.format(server.services().clock().instant()));
        }
        return headers;
    }

    private void connection(HttpHeaders headers) {
        if (!requestWhole) {
            // Answered before the request was heard out: what follows on this connection could not be told apart.
            keepAlive = false;
        }
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (http10) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }

    @Override
    public void write(HttpContent piece) {
        bodyBytes += piece.content().readableBytes();
        write((HttpObject) piece);
    }

    @Override
    public void end(Fields trailers) {
        if (trailers.size() == 0) {
            write((HttpObject) LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            LastHttpContent last = new DefaultLastHttpContent();
            last.trailingHeaders().add(WireFields.write(trailers));
            write((HttpObject) last);
        }
    }

    @Override
    public void abort() {
        keepAlive = false;
        close();
    }

    @Override
    public boolean isWritable() {
        return channel().isWritable();
    }

    @Override
    public void tunnel(ResponseHead head, Channel origin) {
        begin(head);
        write(new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                status(head),
                Unpooled.EMPTY_BUFFER,
                WireFields.write(head.fields()),
                EmptyHttpHeaders.INSTANCE));
        channel().flush();
        exchange = null;
        TunnelHandler.join(channel(), ProxyPipeline.HTTP_HANDLERS, origin, List.of("decoder", "encoder", "queue"));
    }

    @Override
    public void over() {
        if (exchange == null) {
            return;
        }
        exchange = null;
        if (!channel().isActive()) {
            return;
        }
        if (!keepAlive || (inputClosed && parked == null) || closeDelimited) {
            closeAfterAnswer();
            return;
        }
        HttpRequest next = parked;
        parked = null;
        if (next != null) {
            // Not from within the last exchange's own call: a long pipeline must not become a deep stack.
            eventLoop().execute(() -> {
                if (channel().isActive() && exchange == null) {
                    received(next);
                }
            });
        } else {
            waitFor(server.services().settings().timeouts().clientIdle());
        }
    }

    @Override
    public long bodyBytes() {
        return bodyBytes;
    }

    @Override
    public int status() {
        return status;
    }

    // ---- writing -----------------------------------------------------------------------------------------------

    private Channel channel() {
        ChannelHandlerContext present = context;
        if (present == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return present.channel();
    }

    private static HttpResponseStatus status(ResponseHead head) {
        return head.reason().isEmpty()
                ? HttpResponseStatus.valueOf(head.status())
                : HttpResponseStatus.valueOf(head.status(), head.reason());
    }

    private void write(HttpObject message) {
        Channel channel = channel();
        if (!channel.isActive()) {
            ReferenceCountUtil.release(message);
            return;
        }
        Channels.write(channel, message);
        if (!flushing) {
            flushing = true;
            channel.eventLoop().execute(() -> {
                flushing = false;
                channel.flush();
            });
        }
    }

    private void closeAfterAnswer() {
        Channel channel = channel();
        var unused = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> Channels.close(channel));
    }

    private void close() {
        Channels.close(channel());
    }

    /** An answer to a request that never became an exchange. */
    private void refuse(int refusedStatus, String explanation) {
        keepAlive = false;
        requestWhole = true;
        encoder.answerToHead(false);
        byte[] body = ("larder: " + explanation + "\n").getBytes(StandardCharsets.UTF_8);
        respond(
                new ResponseHead(
                        refusedStatus,
                        "",
                        Fields.of(
                                "Content-Type", "text/plain; charset=utf-8",
                                "Cache-Control", "no-store",
                                "Cache-Status", "larder; detail=refused")),
                body);
        closeAfterAnswer();
    }

    // ---- waits -------------------------------------------------------------------------------------------------

    private void waitFor(@Nullable Duration limit) {
        idleLimit = limit;
        idleSince = server.services().nanoTime().getAsLong();
        if (limit != null && idleTimer == null) {
            idleTimer = eventLoop().schedule(this::checkIdle, limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void checkIdle() {
        idleTimer = null;
        Duration limit = idleLimit;
        if (limit == null || !channel().isActive()) {
            return;
        }
        long left = limit.toNanos() - (server.services().nanoTime().getAsLong() - idleSince);
        if (left > 0) {
            idleTimer = eventLoop().schedule(this::checkIdle, left, TimeUnit.NANOSECONDS);
        } else if (exchange != null) {
            // The request's body has stalled.
            exchange.clientGone();
            close();
        } else {
            close();
        }
    }
}
