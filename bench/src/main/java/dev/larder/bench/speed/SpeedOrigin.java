package dev.larder.bench.speed;

import dev.larder.bench.stage.LoopbackServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A backend that is not in anybody's way: it answers from memory, as long a body as the request names in its {@code search=b1024-…}, and
 * counts what it was asked. {@code private} in the query makes an answer that nobody may store, {@code slow149} one that takes 149 ms
 * longer. It knows sessions as the course rules ask for them. One event loop; starting blocks.
 */
final class SpeedOrigin implements AutoCloseable {
    private static final Pattern BYTES = Pattern.compile("[=/]b(\\d{1,8})");
    private static final Pattern SLOW = Pattern.compile("slow(\\d{1,5})");
    private static final Pattern VISITOR = Pattern.compile("next-auth\\.session-token=[^;]*-u(\\d+)");
    private static final int USUAL_BYTES = 1024;
    private static final int MOST_REQUEST_BYTES = 1 << 20;

    private final LoopbackServer server;
    private final AtomicLong requests;

    private SpeedOrigin(LoopbackServer server, AtomicLong requests) {
        this.server = server;
        this.requests = requests;
    }

    static SpeedOrigin start() {
        AtomicLong requests = new AtomicLong();
        Map<Integer, ByteBuf> bodies = new ConcurrentHashMap<>();
        LoopbackServer server = LoopbackServer.start(connection -> connection
                .addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(MOST_REQUEST_BYTES))
                .addLast(new Answering(requests, bodies)));
        return new SpeedOrigin(server, requests);
    }

    URI address() {
        return server.address();
    }

    /** How many requests it got so far, questions about sessions not among them. */
    long requests() {
        return requests.get();
    }

    @Override
    public void close() {
        server.close();
    }

    private static final class Answering extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final AtomicLong requests;
        private final Map<Integer, ByteBuf> bodies;

        Answering(AtomicLong requests, Map<Integer, ByteBuf> bodies) {
            this.requests = requests;
            this.bodies = bodies;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            String target = request.uri();
            boolean keep = HttpUtil.isKeepAlive(request);
            if (target.equals("/api/auth/session")) {
                write(context, response(session(request)), keep);
                return;
            }
            requests.incrementAndGet();
            FullHttpResponse response = response(body(target));
            if (target.contains("private")) {
                response.headers().set("Cache-Control", "private, no-store");
            } else {
                response.headers().set("Cache-Control", "public, max-age=3600");
            }
            Matcher slow = SLOW.matcher(target);
            if (slow.find()) {
                var unused = context.executor()
                        .schedule(
                                () -> write(context, response, keep),
                                Integer.parseInt(slow.group(1)),
                                TimeUnit.MILLISECONDS);
            } else {
                write(context, response, keep);
            }
        }

        private static ByteBuf session(FullHttpRequest request) {
            Matcher visitor = VISITOR.matcher(String.valueOf(request.headers().get("Cookie")));
            String json = visitor.find()
                    ? "{\"user\":{\"name\":\"Ada\",\"id\":\"u%s\",\"role\":\"USER\"},\"expires\":\"2099-01-01T00:00:00.000Z\"}"
                            .formatted(visitor.group(1))
                    : "{}";
            return Unpooled.copiedBuffer(json, StandardCharsets.UTF_8);
        }

        private ByteBuf body(String target) {
            Matcher bytes = BYTES.matcher(target);
            int length = bytes.find() ? Integer.parseInt(bytes.group(1)) : USUAL_BYTES;
            return bodies.computeIfAbsent(length, Answering::filled).retainedDuplicate();
        }

        private static ByteBuf filled(int length) {
            byte[] text = new byte[length];
            Arrays.fill(text, (byte) 'a');
            byte[] begin = "{\"text\":\"".getBytes(StandardCharsets.US_ASCII);
            byte[] end = "\"}".getBytes(StandardCharsets.US_ASCII);
            if (length >= begin.length + end.length) {
                System.arraycopy(begin, 0, text, 0, begin.length);
                System.arraycopy(end, 0, text, length - end.length, end.length);
            }
            return Unpooled.unreleasableBuffer(Unpooled.directBuffer(length).writeBytes(text));
        }

        private static FullHttpResponse response(ByteBuf body) {
            FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
            response.headers().set("Content-Type", "application/json");
            response.headers().set("Content-Length", body.readableBytes());
            return response;
        }

        private static void write(ChannelHandlerContext context, FullHttpResponse response, boolean keep) {
            var written = context.writeAndFlush(response);
            if (keep) {
                return;
            }
            var unused = written.addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A proxy or a load has gone in the middle of something.
            var unused = context.close();
        }
    }
}
