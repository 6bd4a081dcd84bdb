package dev.larder.server;

import dev.larder.exchange.Exchange;
import dev.larder.exchange.RefusalReason;
import dev.larder.origin.OriginPool;
import dev.larder.origin.OriginRequest;
import dev.larder.relay.Channels;
import dev.larder.relay.Deadline;
import dev.larder.relay.MessageQueue;
import dev.larder.settings.Settings.Timeouts;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection: turns channel events into those of an {@link Exchange}, one request after the other. What a
 * pipelining client sends meanwhile waits in the {@code MessageQueue} before it, and in the socket: nothing is read
 * while the client does not take its answers. Confined to its event loop.
 */
final class ExchangeHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(ExchangeHandler.class);

    /** How long a connection that has not asked anything yet may take for it while the server drains. */
    private static final Duration FIRST_REQUEST_WHILE_DRAINING = Duration.ofSeconds(1);

    private final ServerContext server;
    private final Channel channel;
    private final Timeouts timeouts;
    private final StrictRequestDecoder decoder;
    private final AnswerWriter answer;
    private final VisitorSide visitor;

    /** Waits for the client to say something. */
    private final Deadline input;

    private final RequestBody body;
    private final Departure departure;
    private final OriginPool origin;

    private Forwarding.@Nullable Hop hop;

    private @Nullable Exchange exchange;

    /** Whether {@link #exchange} waits to see what of its body came with its head before anything of it is forwarded. */
    private boolean unstarted;

    /** The next request of a pipelining client, come before the present one was answered. */
    private @Nullable Object parked;

    /** Whether nothing is read behind the present request before its answer tells what that is. */
    private boolean held;

    private boolean keepAlive;
    private boolean inputClosed;
    private boolean served;

    ExchangeHandler(
            ServerContext server,
            Channel channel,
            StrictRequestDecoder decoder,
            AnswerEncoder encoder,
            MessageQueue queue) {
        this.server = server;
        this.channel = channel;
        this.decoder = decoder;
        this.timeouts = server.services().settings().timeouts();
        this.answer = new AnswerWriter(
                channel,
                decoder,
                encoder,
                server.turns().apply(channel.eventLoop()),
                server.bodies().apply(channel.eventLoop()),
                server.services().clock());
        this.visitor = new VisitorSide(this, channel, answer);
        this.input = new Deadline(channel.eventLoop(), server.services().nanoTime(), this::inputStalled);
        this.body = new RequestBody(decoder, queue, input, timeouts.bodyIdle());
        this.departure = new Departure(
                channel, answer, timeouts.bodyIdle(), server.services().nanoTime(), this::letGo);
        this.origin = server.pools().apply(channel.eventLoop());
        decoder.whenHeadBegins(this::headBegun);
    }

    // ---- channel events ----------------------------------------------------------------------------------------

    @Override
    public void channelActive(ChannelHandlerContext active) {
        Admission.Verdict verdict = server.admission().enter();
        var unused =
                channel.closeFuture().addListener(closed -> server.admission().leave());
        switch (verdict) {
            case ADMITTED -> {
                server.open().add(channel);
                input.start(server.isDraining() ? FIRST_REQUEST_WHILE_DRAINING : timeouts.clientHead());
                channel.read();
            }
            case REFUSED -> refuse(503, RefusalReason.OVERLOAD, "too many connections");
            case DROPPED -> Channels.close(channel);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (departure.isClosing()) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof PlainRequest || message instanceof HttpRequest) {
            if (isBusy()) {
                parked = message;
            } else {
                received(message);
            }
        } else if (message instanceof HttpContent piece) {
            content(piece);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private boolean isBusy() {
        return exchange != null || !answer.isWritten();
    }

    private void received(Object request) {
        input.stop();
        served = true;
        if (request instanceof PlainRequest plain) {
            begin(plain);
        } else {
            begin((HttpRequest) request);
        }
    }

    private void begin(PlainRequest request) {
        answer.expect(false, false);
        keepAlive = !server.isDraining();
        held = false;
        body.begin(false);
        Exchange begun = exchange(server.intake().accept(request, hop()));
        exchange = begun;
        begun.start();
        if (exchange == begun) {
            readOn();
        }
    }

    private Exchange exchange(ClientRequest accepted) {
        return new Exchange(server.services(), origin, visitor, accepted.head(), accepted.body());
    }

    private void begin(HttpRequest request) {
        answer.expect(request.method().name().equals("HEAD"), false);
        var refusal = FramingGuard.refusal(request);
        if (refusal.isPresent()) {
            refuse(refusal.get().status(), refusal.get().why(), refusal.get().explanation());
            return;
        }
        ClientRequest accepted = server.intake().accept(request, hop());
        answer.expect(accepted.head().method().equals("HEAD"), accepted.http10());
        keepAlive = HttpUtil.isKeepAlive(request) && !server.isDraining();
        held = StrictRequestDecoder.holdsBehind(request);
        body.begin(accepted.hasBody());
        Exchange begun = exchange(accepted);
        exchange = begun;
        if (accepted.body() instanceof OriginRequest.Body.Chunked) {
            // Where a chunk came with the head and is malformed, the backend sees nothing of the request.
            unstarted = true;
            channel.read();
            channel.eventLoop().execute(this::startUnstarted);
        } else {
            begun.start();
            if (!accepted.hasBody() && exchange == begun) {
                // The end of a message without a body is read over. An exchange that is over already has had it read:
                // one read more would take the body of a request that is parked meanwhile for more of this one.
                channel.read();
            }
        }
    }

    private void startUnstarted() {
        Exchange begun = exchange;
        if (!unstarted || begun == null) {
            return;
        }
        switch (body.beginning()) {
            case UNDECIDED -> {}
            case BROKEN -> giveUp(400, RefusalReason.BODY, "malformed request body");
            case SOUND -> {
                unstarted = false;
                guarded(begun::start);
            }
        }
    }

    private Forwarding.Hop hop() {
        Forwarding.Hop known = hop;
        if (known == null) {
            known = server.intake().from(channel.remoteAddress() instanceof InetSocketAddress peer ? peer : null);
            hop = known;
        }
        return known;
    }

    private void content(HttpContent piece) {
        boolean last = piece instanceof LastHttpContent;
        Exchange present = exchange;
        if (body.isWhole() || present == null) {
            piece.release();
            if (last) {
                readOn();
            }
        } else if (piece.decoderResult().isFailure()) {
            // A body that breaks: the origin must not take it for whole.
            piece.release();
            giveUp(400, RefusalReason.BODY, "malformed request body");
        } else if (!body.isAsked()) {
            body.keep(piece);
            if (unstarted) {
                input.stop();
                channel.eventLoop().execute(this::startUnstarted);
            }
        } else if (!body.pass(piece, present)) {
            readBody();
        } else if (last) {
            readOn();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        answer.readComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!channel.isWritable()) {
            departure.blocked();
            return;
        }
        departure.unblocked();
        if (departure.isClosing()) {
            return;
        }
        boolean writing = !answer.isWritten();
        answer.writeRest();
        if (exchange != null) {
            exchange.clientWritable();
        } else if (writing && answer.isWritten()) {
            answered();
        }
        readOn();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ProxyServer.DRAIN) {
            drain();
        } else if (event instanceof ChannelInputShutdownEvent) {
            // Everything the visitor has said has been heard: what they asked for is still answered.
            inputClosed = true;
            if (exchange != null && !body.isWhole()) {
                giveUp(400, RefusalReason.BODY, "the request's body was cut short");
            } else if (!isBusy() && parked == null) {
                departure.afterAnswer();
            }
        }
    }

    /** The rest of a head may not take longer than the first head of a connection. */
    private void headBegun() {
        if (served && !isBusy() && parked == null && !departure.isClosing()) {
            input.start(timeouts.clientHead());
        }
    }

    private void drain() {
        if (parked != null) {
            // It is answered, and its answer is the last.
            return;
        }
        keepAlive = false;
        if (!isBusy()) {
            if (served) {
                departure.afterAnswer();
            } else {
                input.start(FIRST_REQUEST_WHILE_DRAINING);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Exchange present = exchange;
        boolean started = !unstarted;
        letGo();
        if (present != null && started) {
            present.clientGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.warn("an exchange failed and its connection is closed: {}", exchange, cause);
        }
        departure.atOnce();
    }

    // ---- the exchange's side -----------------------------------------------------------------------------------

    /** It asks for the next piece of the request's body. */
    void readBody() {
        HttpContent first = body.ask(exchange != null);
        if (first == null) {
            channel.read();
        } else {
            channel.eventLoop().execute(() -> guarded(() -> content(first)));
        }
    }

    /** Whether nothing can follow the answer that begins now. */
    boolean isLastAnswer() {
        // Answered before the request was heard out, what follows on this connection could not be told apart. And what
        // a pipelining visitor had sent before the server began to drain is answered as well.
        keepAlive &= body.isWhole() && (parked != null || !server.isDraining());
        return !keepAlive;
    }

    /** Only the end of the connection tells where the answer ends. */
    void endsBehindAnswer() {
        keepAlive = false;
    }

    /** The answer will not be completed. */
    void abort() {
        keepAlive = false;
        if (answer.endsWithConnection()) {
            departure.atOnce();
        } else {
            // What came so far is sent; that it is not all shows by the framing.
            departure.afterAnswer();
        }
    }

    /** It is over. */
    void over() {
        if (exchange != null) {
            exchange = null;
            body.drop();
            if (answer.isWritten()) {
                answered();
            }
        }
    }

    // ---- between two requests ----------------------------------------------------------------------------------

    /** The answer is written: the next request, or the end. */
    private void answered() {
        if (departure.isClosing() || !channel.isActive()) {
            return;
        }
        if (!keepAlive || (inputClosed && parked == null)) {
            departure.afterAnswer();
        } else if (parked != null) {
            // Not from within the last exchange's own call: a long pipeline must not become a deep stack.
            channel.eventLoop().execute(() -> guarded(this::resume));
        } else {
            input.start(decoder.isHeadBegun() ? timeouts.clientHead() : timeouts.clientIdle());
            if (held) {
                held = false;
                channel.eventLoop().execute(() -> guarded(this::decodeOn));
            }
            readOn();
        }
    }

    private void decodeOn() {
        ChannelHandlerContext decoding = channel.pipeline().context(StrictRequestDecoder.class);
        if (decoding != null) {
            decoder.resume(decoding);
        }
    }

    private void resume() {
        Object next = parked;
        if (next != null && !departure.isClosing() && !isBusy() && channel.isActive()) {
            parked = null;
            received(next);
        }
    }

    /** Asks for what follows a whole request, so that a visitor who leaves, or pipelines, is noticed. */
    private void readOn() {
        boolean holding = held && exchange != null;
        if (body.isWhole() && parked == null && !holding && channel.isWritable()) {
            channel.read();
        }
    }

    /** Runs what no channel event has called: a bug must cost this connection, and nothing else. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException bug) {
            LOG.warn("an exchange failed and its connection is closed: {}", exchange, bug);
            departure.atOnce();
        }
    }

    // ---- the end -----------------------------------------------------------------------------------------------

    private void inputStalled() {
        if (exchange != null) {
            giveUp(408, RefusalReason.TIMEOUT, "the request's body did not come in time");
        } else if (decoder.isHeadBegun()) {
            answer.expect(false, false);
            refuse(408, RefusalReason.TIMEOUT, "the request's head did not come in time");
        } else {
            departure.afterAnswer();
        }
    }

    /** The request will not be completed. */
    private void giveUp(int status, RefusalReason why, String explanation) {
        Exchange present = exchange;
        boolean started = !unstarted;
        exchange = null;
        unstarted = false;
        body.drop();
        if (present != null && started) {
            present.clientGone();
        }
        if (answer.isBegun()) {
            abort();
        } else if (present != null && started) {
            // Its outcome has been told.
            refusal(status, explanation);
        } else {
            refuse(status, why, explanation);
        }
    }

    /** An answer to a request that never became an exchange; the one outcome of it. */
    private void refuse(int status, RefusalReason why, String explanation) {
        refusal(status, explanation);
        Refusals.tell(server.services().listener(), server.services().tracing(), why, status, answer.bodyBytes());
    }

    private void refusal(int status, String explanation) {
        keepAlive = false;
        answer.refuse(status, explanation);
        departure.afterAnswer();
    }

    /** Lets go of everything; no event comes here afterwards, or none that matters. */
    void letGo() {
        exchange = null;
        unstarted = false;
        input.end();
        departure.over();
        body.drop();
        ReferenceCountUtil.release(parked);
        parked = null;
    }
}
