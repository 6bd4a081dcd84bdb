package dev.larder.origin;

import dev.larder.relay.LoopTurn;
import dev.larder.relay.MessageQueue;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keep-alive connections of one event loop to the origin, bounded in number; requests that find none wait in a bounded
 * queue. Every method, and every event of its calls, is on that event loop.
 *
 * <p>A safe request without a body whose reused connection died before the first byte of an answer is sent once more, on
 * a new connection. Any other request is never sent twice: it prefers a connection that was used a moment ago, or a new
 * one, since the origin may close an idle one at the very moment it is reused.
 */
public final class OriginPool {

    /** An unsafe request does not reuse a connection that was idle for longer. */
    private static final long UNSAFE_REUSE_NANOS = 1_000_000_000L;

    private final EventLoop loop;
    private final LoopTurn turn;
    private final OriginSettings settings;
    private final LongSupplier nanoTime;
    private final Bootstrap bootstrap;
    private final Deque<OriginConnection> idle = new ArrayDeque<>();
    private final Deque<OriginCall> waiting = new ArrayDeque<>();
    private final Set<OriginConnection> open = new HashSet<>();
    private int connections;
    private boolean closed;

    /**
     * A pool that connects when asked.
     *
     * @param loop whose thread alone may call it
     * @param channels makes channels of the transport of {@code loop}
     * @param nanoTime the monotonic clock
     */
    public OriginPool(
            EventLoop loop,
            ChannelFactory<? extends Channel> channels,
            OriginSettings settings,
            LongSupplier nanoTime) {
        this.loop = loop;
        this.turn = new LoopTurn(loop);
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(channels)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                // An origin may answer, and close, before it has read the request: its answer is still to be read.
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 * 1024, 128 * 1024))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.connect().toMillis())
                .resolver(new BackendAddress())
                .remoteAddress(BackendAddress.of(settings.backend()))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        OriginResponseDecoder decoder = new OriginResponseDecoder(settings.maxHeadBytes());
                        RequestEncoder encoder = new RequestEncoder();
                        channel.pipeline()
                                .addLast("decoder", decoder)
                                .addLast("encoder", encoder)
                                .addLast("queue", new MessageQueue())
                                .addLast(
                                        "connection",
                                        new OriginConnection(OriginPool.this, channel, decoder, encoder, nanoTime));
                    }
                });
    }

    /** Starts a call; its events come to {@code listener}, the first of them possibly before this returns. */
    public OriginCall call(OriginRequest request, OriginListener listener) {
        OriginCall call = new OriginCall(this, request, listener, settings, loop, nanoTime);
        dispatch(call, true);
        return call;
    }

    /** Closes idle connections now and others when their calls end. */
    public void close() {
        closed = true;
        idle.forEach(OriginConnection::close);
        idle.clear();
    }

    /** How many connections are open or being opened. */
    public int connections() {
        return connections;
    }

    /** Whether requests wait for a connection, or more than half of all connections are in use. */
    public boolean isBusy() {
        return !waiting.isEmpty() || 2 * (connections - idle.size()) > settings.connections();
    }

    LoopTurn turn() {
        return turn;
    }

    void dispatch(OriginCall call, boolean mayReuse) {
        OriginConnection reused = mayReuse ? reusable(call) : null;
        if (reused != null) {
            call.begin(reused);
        } else if (connections < settings.connections()) {
            connect(call);
        } else if (waiting.size() < settings.queue()) {
            waiting.addLast(call);
            call.waitFor(OriginFailure.Wait.QUEUE);
        } else {
            call.fail(new OriginFailure.OverCapacity());
        }
    }

    void forget(OriginCall call) {
        waiting.remove(call);
    }

    /** A connection whose call is over and that may serve another. */
    void release(OriginConnection connection) {
        OriginCall next = nextWaiting();
        if (next != null) {
            next.begin(connection);
        } else if (closed) {
            connection.close();
        } else {
            idle.addFirst(connection);
        }
    }

    /** A connection that has closed, or is a tunnel from now on: another may be opened in its place. */
    void gone(OriginConnection connection) {
        idle.remove(connection);
        if (open.remove(connection)) {
            connections--;
            OriginCall next = nextWaiting();
            if (next != null) {
                dispatch(next, false);
            }
        }
    }

    private @Nullable OriginCall nextWaiting() {
        return waiting.pollFirst();
    }

    private @Nullable OriginConnection reusable(OriginCall call) {
        long now = nanoTime.getAsLong();
        // Idle connections are in the order of their last use: what lies behind the first is older still.
        OriginConnection first = idle.peekFirst();
        while (first != null && !first.isReusable(now, Long.MAX_VALUE)) {
            idle.removeFirst();
            first.close();
            first = idle.peekFirst();
        }
        if (first == null) {
            return null;
        }
        if (call.request().isRepeatable() || first.isReusable(now, UNSAFE_REUSE_NANOS)) {
            return idle.pollFirst();
        }
        if (connections >= settings.connections()) {
            // Its place is needed for a new one, which this call waits for.
            idle.removeLast().close();
        }
        return null;
    }

    private void connect(OriginCall call) {
        connections++;
        call.waitFor(OriginFailure.Wait.CONNECT);
        // In a turn of its own: a socket that is made while a batch of epoll events is being handled may get the
        // descriptor of one closed in that batch, and with it the events of that one, as of a connection that ended.
        loop.execute(() -> open(call));
    }

    private void open(OriginCall call) {
        bootstrap.connect().addListener((ChannelFuture future) -> {
            if (!future.isSuccess()) {
                connections--;
                call.fail(failure(future.cause()));
                failWaiting();
                return;
            }
            OriginConnection connection = future.channel().pipeline().get(OriginConnection.class);
            open.add(connection);
            if (call.isOver()) {
                connection.park();
            } else {
                call.begin(connection);
            }
        });
    }

    private static OriginFailure failure(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return new OriginFailure.TimedOut(OriginFailure.Wait.CONNECT);
        }
        return cause instanceof UnknownHostException
                ? new OriginFailure.Unresolved()
                : new OriginFailure.Refused(String.valueOf(cause.getMessage()));
    }

    /** A refused connection frees a place: those who wait for one try for themselves, each once. */
    private void failWaiting() {
        OriginCall next = nextWaiting();
        if (next != null) {
            dispatch(next, false);
        }
    }
}
