package dev.larder.bench.torture;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
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
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections that each send one request after another, some of them several before the first is answered. One event loop
 * does all of it: requests are drawn and answers are taken there.
 */
final class TortureClient implements AutoCloseable {
    private static final int MAX_HEAD_BYTES = 64 * 1024;

    private static final DefaultHttpHeadersFactory AS_THEY_ARE =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    /** Where requests come from and answers go; called on the client's loop. */
    interface Script {
        /** {@code null} where all have been drawn. */
        @Nullable
        Asked next();

        /** Times are of the clock given to the client. */
        void answered(Asked asked, Got got, long sentNanos, long gotNanos);
    }

    private record Sent(Asked asked, long nanos) {}

    private final URI target;
    private final Script script;
    private final LongSupplier nanoTime;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    /** Connections that have something to do; confined to the loop. */
    private int busy;

    private boolean closing;

    TortureClient(URI target, Script script, LongSupplier nanoTime) {
        this.target = target;
        this.script = script;
        this.nanoTime = nanoTime;
    }

    /**
     * Begins.
     *
     * @param connections how many; every fourth sends up to four requests ahead
     * @return completes when all that the script gave has been answered or lost
     */
    CompletableFuture<Void> start(int connections) {
        loop.execute(() -> {
            busy = connections;
            for (int i = 0; i < connections; i++) {
                connect(i % 4 == 3 ? 4 : 1);
            }
        });
        return done;
    }

    @Override
    public void close() {
        loop.execute(() -> closing = true);
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    private void connect(int ahead) {
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 5_000)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new HttpClientCodec(4096, MAX_HEAD_BYTES, 8192))
                                .addLast(new Connection(ahead));
                    }
                })
                .connect(target.getHost(), target.getPort())
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        done.completeExceptionally(connected.cause());
                    }
                });
    }

    private static FullHttpRequest encoded(Asked asked) {
        byte[] body = asked.body().getBytes(StandardCharsets.UTF_8);
        FullHttpRequest encoded = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.valueOf(asked.method()),
                asked.target(),
                Unpooled.wrappedBuffer(body),
                AS_THEY_ARE.newHeaders(),
                AS_THEY_ARE.newHeaders());
        asked.fields().forEach(line -> encoded.headers().add(line.getKey(), line.getValue()));
        if (body.length > 0 || asked.isWrite()) {
            encoded.headers().set("Content-Length", body.length);
        }
        return encoded;
    }

    private final class Connection extends SimpleChannelInboundHandler<HttpObject> {
        private final int ahead;
        private final Deque<Sent> sent = new ArrayDeque<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private @Nullable HttpResponse head;
        private boolean over;
        private boolean last;

        Connection(int ahead) {
            this.ahead = ahead;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            sendOn(context.channel());
        }

        private void sendOn(Channel channel) {
            while (!over && !last && sent.size() < ahead) {
                Asked asked = closing ? null : script.next();
                if (asked == null) {
                    over = true;
                    break;
                }
                sent.add(new Sent(asked, nanoTime.getAsLong()));
                channel.write(encoded(asked)).addListener(written -> {});
            }
            channel.flush();
            if (over && sent.isEmpty()) {
                channel.close().addListener(closed -> {});
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject object) {
            if (object instanceof HttpResponse response && response.status().code() >= 200) {
                head = response;
                body.reset();
            }
            HttpResponse answered = head;
            if (answered == null) {
                return;
            }
            if (object.decoderResult().isFailure()) {
                context.close().addListener(closed -> {});
                return;
            }
            if (object instanceof HttpContent content) {
                append(content.content());
            }
            if (object instanceof LastHttpContent) {
                head = null;
                Sent first = sent.poll();
                if (first == null) {
                    context.close().addListener(closed -> {});
                    return;
                }
                Got got = new Got(answered.status().code(), answered.headers(), body.toByteArray(), true, false);
                last |= !HttpUtil.isKeepAlive(answered);
                script.answered(first.asked(), got, first.nanos(), nanoTime.getAsLong());
                sendOn(context.channel());
            }
        }

        private void append(ByteBuf piece) {
            try {
                piece.readBytes(body, piece.readableBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close().addListener(closed -> {});
        }

        /** What was not answered on a connection that ended is lost; the first of it may have come in part. */
        @Override
        public void channelInactive(ChannelHandlerContext context) {
            long now = nanoTime.getAsLong();
            HttpResponse begun = head;
            // What ended the connection may have happened before the last of them was sent.
            long since = sent.isEmpty() ? now : sent.element().nanos();
            while (!sent.isEmpty()) {
                Sent lost = sent.remove();
                HttpHeaders fields = begun == null ? new DefaultHttpHeaders() : begun.headers();
                Got got = new Got(
                        begun == null ? 0 : begun.status().code(),
                        fields,
                        begun == null ? new byte[0] : body.toByteArray(),
                        false,
                        last);
                script.answered(lost.asked(), got, since, now);
                begun = null;
            }
            if (over) {
                if (--busy == 0) {
                    done.complete(null);
                }
            } else {
                connect(ahead);
            }
        }
    }
}
