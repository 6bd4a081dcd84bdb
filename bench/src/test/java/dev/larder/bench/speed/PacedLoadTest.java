package dev.larder.bench.speed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.bench.stage.LoopbackServer;
import dev.larder.bench.stage.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The open loop before backends that are slow, or odd. */
class PacedLoadTest {
    private static final EventLoopGroup LOOP = Transport.oneLoop();
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";
    private static final int RATE = 1_000;

    private final AtomicLong requests = new AtomicLong();

    @AfterAll
    static void end() {
        LOOP.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class Answering extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final BiConsumer<ChannelHandlerContext, FullHttpRequest> answer;

        Answering(BiConsumer<ChannelHandlerContext, FullHttpRequest> answer) {
            this.answer = answer;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            requests.incrementAndGet();
            answer.accept(context, request);
        }
    }

    private OpenLoopResult against(BiConsumer<ChannelHandlerContext, FullHttpRequest> answer) throws Exception {
        try (LoopbackServer server = LoopbackServer.start(connection -> connection
                .addLast(new HttpRequestDecoder())
                .addLast(new HttpObjectAggregator(1024))
                .addLast(new Answering(answer)))) {
            return new PacedLoad(
                            LOOP.next(), new OpenLoopJob(server.port(), RATE, 100, 1, Target.one("/pages/b1024/"), 7))
                    .run();
        }
    }

    private static void write(ChannelHandlerContext to, String text) {
        ByteBuf octets = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        var unused = to.writeAndFlush(octets);
    }

    @Test
    void allThatIsDueIsSentAndWhatWarmsUpIsNotCounted() throws Exception {
        OpenLoopResult result = against((to, request) -> write(to, OK));
        assertEquals(1_000, result.due());
        assertEquals(1_000, result.answered());
        assertEquals(1_000, result.nanos().getTotalCount());
        assertEquals(1_100, requests.get());
    }

    @Test
    void whoWasDueWhileTheServerStoodStillWaitedAsLong() throws Exception {
        AtomicLong until = new AtomicLong();
        OpenLoopResult result = against((to, request) -> {
            if (until.get() == 0) {
                until.set(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(900));
            }
            var unused =
                    to.executor().schedule(() -> write(to, OK), until.get() - System.nanoTime(), TimeUnit.NANOSECONDS);
        });
        assertEquals(1_000, result.answered());
        // It stood still until 800 ms of those that count, and no more than 64 were on their way.
        Histogram nanos = result.nanos();
        long waited = nanos.getTotalCount() - nanos.getCountBetweenValues(0, TimeUnit.MILLISECONDS.toNanos(400));
        assertTrue(waited > 350, waited + " waited longer than 400 ms");
    }

    @Test
    void answersInPiecesAreOneAnswer() throws Exception {
        OpenLoopResult result = against((to, request) -> {
            write(to, OK.substring(0, 11));
            write(to, OK.substring(11, 30));
            write(to, OK.substring(30, OK.length() - 1));
            write(to, OK.substring(OK.length() - 1));
        });
        assertEquals(1_000, result.answered());
    }

    @Test
    void refusalsAndClosedConnectionsAreFailures() throws Exception {
        OpenLoopResult result = against((to, request) -> {
            if (requests.get() % 10 == 0) {
                var unused = to.close();
            } else {
                write(to, requests.get() % 2 == 0 ? OK : "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
            }
        });
        assertEquals(1_000, result.due());
        // Of ten, five are refused and one is cut off; where the warm-up ends, as many as there are connections may
        // change places.
        assertEquals(400, result.answered(), OpenLoopJob.CONNECTIONS);
        assertEquals(result.answered(), result.nanos().getTotalCount());
    }

    @Test
    void everyRequestIsABrowsersWithATraceOfItsOwn() throws Exception {
        Set<String> traces = ConcurrentHashMap.newKeySet();
        Set<String> cookies = ConcurrentHashMap.newKeySet();
        Set<String> others = ConcurrentHashMap.newKeySet();
        OpenLoopResult result = against((to, request) -> {
            traces.add(request.headers().get("traceparent"));
            cookies.add(request.headers().get("Cookie"));
            others.add(request.uri() + " " + request.headers().get("User-Agent"));
            write(to, OK);
        });
        assertEquals(1_000, result.answered());
        assertEquals(1_100, traces.size());
        assertEquals(BrowserHead.VISITORS, cookies.size());
        assertEquals(Set.of("/pages/b1024/0 " + BrowserHead.fields().get("User-Agent")), others);
    }
}
