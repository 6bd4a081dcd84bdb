package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Until;
import dev.larder.rig.Wire;
import dev.larder.rig.WireOrigin;
import dev.larder.rig.WireRig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** Bodies of any length pass at constant memory, however slow either side is. */
class BackpressureTest {

    private static final int LENGTH = 64 << 20;
    private static final int PIECE = 1 << 20;

    /** What one exchange may hold in buffers: watermarks, one read of each socket, and what an allocator rounds up. */
    private static final long ONE_EXCHANGE = 6L << 20;

    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: courses.test\r\n\r\n";
    }

    private static long buffered() {
        ByteBufAllocatorMetric metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        return metric.usedDirectMemory() + metric.usedHeapMemory();
    }

    /** Returns when the count has stopped to grow: what pushes is blocked by what does not take. */
    private static void stalled(LongSupplier count) throws Exception {
        long[] last = {-1, System.nanoTime()};
        Until.holds("it has stopped to grow", () -> {
            long now = count.getAsLong();
            if (now != last[0]) {
                last[0] = now;
                last[1] = System.nanoTime();
            }
            return now > 0 && System.nanoTime() - last[1] > 300_000_000L;
        });
    }

    /** A piece whose bytes tell where it stands. */
    private static byte[] piece(int number) {
        byte[] piece = new byte[PIECE];
        for (int i = 0; i < piece.length; i++) {
            piece[i] = (byte) (number * 31 + i * 7);
        }
        return piece;
    }

    private static void expectBody(Wire wire) throws IOException {
        for (int i = 0; i < LENGTH / PIECE; i++) {
            byte[] expected = piece(i);
            String came = wire.bytes(PIECE);
            for (int at = 0; at < PIECE; at++) {
                if ((byte) came.charAt(at) != expected[at]) {
                    throw new AssertionError("byte " + at + " of piece " + i);
                }
            }
        }
    }

    private static void sendBody(Wire wire, AtomicLong sent) throws IOException {
        for (int i = 0; i < LENGTH / PIECE; i++) {
            wire.send(piece(i));
            sent.addAndGet(PIECE);
        }
    }

    @Test
    void aLongAnswerWaitsForASlowVisitor() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.message();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + LENGTH + "\r\n\r\n");
                    sendBody(wire, sent);
                    wire.end();
                });
                Wire client = Wire.narrow(rig.sidecar().address())) {
            long before = buffered();
            client.send(get("/x"));
            client.head();
            stalled(sent::get);
            long held = buffered() - before;
            assertTrue(sent.get() < LENGTH, "the origin has to wait");
            assertTrue(held < ONE_EXCHANGE, held + " bytes held");
            expectBody(client);
            assertTrue(buffered() - before < ONE_EXCHANGE);
        }
    }

    @Test
    void anOriginThatHasSentAllAndClosedIsNotReadAtOnce() throws Exception {
        int length = 4 << 20;
        CountDownLatch closed = new CountDownLatch(8);
        try (WireRig rig = WireRig.before((wire, number) -> {
            wire.message();
            wire.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            // Some of it may wait in the system, which takes it to the other side when the connection is closed.
            wire.send(new byte[length]);
            wire.finish();
            closed.countDown();
            wire.end();
        })) {
            long before = buffered();
            List<Wire> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Wire client = Wire.narrow(rig.sidecar().address());
                client.send(get("/x"));
                client.head();
                clients.add(client);
            }
            stalled(() -> 1 + closed.getCount());
            long held = buffered() - before;
            assertTrue(held < 8 * ONE_EXCHANGE / 4, held + " bytes held");
            for (Wire client : clients) {
                long got = 0;
                for (String chunk = client.chunk(); !chunk.isEmpty(); chunk = client.chunk()) {
                    got += chunk.length();
                }
                assertEquals(length, got);
                client.close();
            }
        }
    }

    @Test
    void aLongAnswerReachesASlowVisitorWhoHasHalfClosed() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.message();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + LENGTH + "\r\n\r\n");
                    sendBody(wire, sent);
                    wire.end();
                });
                Wire client = Wire.narrow(rig.sidecar().address())) {
            client.send(get("/x")).finish();
            client.head();
            stalled(sent::get);
            expectBody(client);
        }
    }

    @Test
    void aHalfClosedTunnelTakesLongBodiesTheOtherWay() throws Exception {
        String upgrade = "GET /socket HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        String switched = "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        AtomicLong sent = new AtomicLong();
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.head();
                    wire.send(switched);
                    wire.rest();
                    sendBody(wire, sent);
                });
                Wire client = Wire.narrow(rig.sidecar().address())) {
            client.send(upgrade);
            assertEquals(101, client.message().status());
            client.finish();
            stalled(sent::get);
            expectBody(client);
            assertEquals("", client.rest());
        }
    }

    @Test
    void aLongUploadWaitsForASlowOrigin() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        AtomicLong sent = new AtomicLong();
        WireOrigin origin = WireOrigin.narrow((wire, number) -> {
            wire.head();
            read.await();
            expectBody(wire);
            wire.send(HELLO);
            wire.end();
        });
        try (WireRig rig = WireRig.with().before(origin);
                Wire client = rig.connect()) {
            long before = buffered();
            client.send("POST /x HTTP/1.1\r\nHost: courses.test\r\nContent-Length: " + LENGTH + "\r\n\r\n");
            Thread sender = new Thread(() -> {
                try {
                    sendBody(client, sent);
                } catch (IOException refused) {
                    sent.set(-1);
                }
            });
            sender.start();
            stalled(sent::get);
            long held = buffered() - before;
            assertTrue(sent.get() < LENGTH, "the visitor has to wait");
            assertTrue(held < ONE_EXCHANGE, held + " bytes held");
            read.countDown();
            assertEquals("hello", client.message().body());
            sender.join();
            assertEquals(LENGTH, sent.get());
        }
    }

    @Test
    void aVisitorWhoPipelinesAndTakesNothingIsNotReadAnyFurther() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (WireRig rig = WireRig.before(WireOrigin.answering(
                        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Long: " + "x".repeat(2000) + "\r\n\r\nhello"));
                Wire client = Wire.narrow(rig.sidecar().address())) {
            rig.ask(get("/items/1"));
            long before = buffered();
            byte[] requests = get("/items/1").repeat(100).getBytes(StandardCharsets.ISO_8859_1);
            Thread sender = new Thread(() -> {
                try {
                    while (true) {
                        client.send(requests);
                        sent.addAndGet(requests.length);
                    }
                } catch (IOException closed) {
                    // The end of the test.
                }
            });
            sender.start();
            stalled(sent::get);
            long held = buffered() - before;
            assertTrue(held < ONE_EXCHANGE, held + " bytes held");
            assertEquals("hello", client.message().body(), "and the answers are there to be taken");
            client.close();
            sender.join();
        }
    }

    @Test
    void longHitsForVisitorsWhoTakeNothingAreNotCopied() throws Exception {
        String body = "x".repeat(1_000_000);
        int visitors = 40;
        try (WireRig rig = WireRig.before(
                WireOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body))) {
            rig.ask(get("/items/1"));
            long before = buffered();
            List<Wire> clients = new ArrayList<>();
            for (int i = 0; i < visitors; i++) {
                Wire client = Wire.narrow(rig.sidecar().address());
                client.send(get("/items/1").repeat(20));
                assertTrue(client.head().contains("larder; hit"));
                clients.add(client);
            }
            long held = buffered() - before;
            assertTrue(held < visitors * 400_000L, held + " bytes held");
            assertEquals(body, clients.get(7).bytes(body.length()));
            assertEquals(body, clients.get(7).message().body());
            clients.forEach(Wire::close);
        }
    }
}
