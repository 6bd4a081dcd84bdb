package dev.larder.bench.mix;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to one address over kept connections, as many at once as are asked for up to a bound. One event loop
 * does all the work; {@link #send} may be called from any thread, and answers come on the event loop.
 */
public final class LoadClient implements AutoCloseable {
    private static final int MAX_BODY_BYTES = 8 << 20;
    /** Shorter than what servers keep idle connections for, so that no request meets a closing one. */
    private static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    /** A request without its address. */
    public record Request(String method, String target, Map<String, String> fields, String body) {}

    /**
     * How a request ended.
     *
     * @param status 0 where there was no answer
     * @param cacheStatus the field Cache-Status, empty where there is none
     * @param body the whole body, or what went wrong
     */
    public record Reply(int status, String cacheStatus, String body) {
        /** Whether it came from a cache (RFC 9211 section 2.1). */
        public boolean hit() {
            for (String parameter : cacheStatus.split(";", -1)) {
                if (parameter.strip().equals("hit")) {
                    return true;
                }
            }
            return false;
        }
    }

    private record Idle(Channel channel, long sinceNanos) {}

    private final URI target;
    private final int maxInFlight;
    private final LongSupplier nanoTime;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Bootstrap bootstrap;
    /** Confined to the event loop. */
    private final Deque<Idle> idle = new ArrayDeque<>();
    /** Counts from the call of {@code send} to its reply. */
    private final AtomicInteger inFlight = new AtomicInteger();

    public LoadClient(URI target, int maxInFlight, LongSupplier nanoTime) {
        if (target.getHost() == null || target.getPort() < 0) {
            throw new IllegalArgumentException("\"" + target + "\" is no address; expected http://HOST:PORT");
        }
        this.target = target;
        this.maxInFlight = maxInFlight;
        this.nanoTime = nanoTime;
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new HttpClientCodec())
                                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
                                .addLast(new Exchange());
                    }
                });
    }

    /**
     * Sends a request.
     *
     * @return {@code false} where too many are under way; then nothing was sent and no reply comes
     */
    public boolean send(Request request, Consumer<Reply> reply) {
        if (inFlight.incrementAndGet() > maxInFlight) {
            inFlight.decrementAndGet();
            return false;
        }
        loop.execute(() -> dispatch(request, answer -> {
            inFlight.decrementAndGet();
            reply.accept(answer);
        }));
        return true;
    }

    public int inFlight() {
        return inFlight.get();
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    private void dispatch(Request request, Consumer<Reply> reply) {
        Optional<Channel> kept = kept();
        if (kept.isPresent()) {
            exchange(kept.get()).begin(kept.get(), encoded(request), reply);
            return;
        }
        bootstrap.connect(target.getHost(), target.getPort()).addListener(done -> {
            if (done.isSuccess()) {
                Channel channel = ((ChannelFuture) done).channel();
                exchange(channel).begin(channel, encoded(request), reply);
            } else {
                reply.accept(new Reply(0, "", String.valueOf(done.cause())));
            }
        });
    }

    /** The connection used last, where it has not been idle for long. */
    private Optional<Channel> kept() {
        while (!idle.isEmpty()) {
            Idle last = idle.removeLast();
            if (last.channel().isActive() && nanoTime.getAsLong() - last.sinceNanos() < MAX_IDLE_NANOS) {
                return Optional.of(last.channel());
            }
            last.channel().close().addListener(closed -> {});
        }
        return Optional.empty();
    }

    private static Exchange exchange(Channel channel) {
        return channel.pipeline().get(Exchange.class);
    }

    private FullHttpRequest encoded(Request request) {
        byte[] body = request.body().getBytes(StandardCharsets.UTF_8);
        FullHttpRequest encoded = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.valueOf(request.method()),
                request.target(),
                Unpooled.wrappedBuffer(body));
        encoded.headers().set("Host", target.getRawAuthority());
        request.fields().forEach(encoded.headers()::set);
        if (!request.method().equals("GET")) {
            encoded.headers().set("Content-Length", body.length);
        }
        return encoded;
    }

    /** One connection's request under way. Confined to the event loop. */
    private final class Exchange extends SimpleChannelInboundHandler<FullHttpResponse> {
        private @Nullable Consumer<Reply> reply;

        void begin(Channel channel, FullHttpRequest request, Consumer<Reply> consumer) {
            reply = consumer;
            channel.writeAndFlush(request).addListener(written -> {
                if (!written.isSuccess()) {
                    end(new Reply(0, "", String.valueOf(written.cause())));
                }
            });
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
            Reply answer = new Reply(
                    response.status().code(),
                    String.join(", ", response.headers().getAll("Cache-Status")),
                    new String(ByteBufUtil.getBytes(response.content()), StandardCharsets.UTF_8));
            if (HttpUtil.isKeepAlive(response)) {
                idle.addLast(new Idle(context.channel(), nanoTime.getAsLong()));
            } else {
                context.close().addListener(closed -> {});
            }
            end(answer);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end(new Reply(0, "", "the connection was closed before an answer"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            end(new Reply(0, "", cause.toString()));
            context.close().addListener(closed -> {});
        }

        private void end(Reply answer) {
            Consumer<Reply> waiting = reply;
            reply = null;
            if (waiting != null) {
                waiting.accept(answer);
            }
        }
    }
}
