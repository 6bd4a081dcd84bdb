package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Until;
import dev.larder.rig.Wire;
import dev.larder.rig.WireOrigin;
import dev.larder.rig.WireRig;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** No request that was accepted is lost when a sidecar ends, and it does end. */
class DrainTest {

    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: courses.test\r\n\r\n";
    }

    /** Begins to drain, and returns once no new connection is accepted. */
    private static Thread drain(WireRig rig) throws Exception {
        Thread draining = new Thread(rig::drain);
        draining.start();
        Until.holds("nobody is let in any more", () -> {
            try (Wire late = rig.connect()) {
                return false;
            } catch (ConnectException refused) {
                return true;
            }
        });
        return draining;
    }

    @Test
    void openRequestsAreAnsweredAndTheirConnectionsClosed() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.message();
                    go.await();
                    wire.send(HELLO);
                    wire.end();
                });
                Wire client = rig.connect()) {
            client.send(get("/x"));
            Until.holds("one connection", () -> rig.origin().connections() == 1);
            Thread draining = drain(rig);
            go.countDown();
            Wire.Message answer = client.message();
            assertEquals("hello", answer.body());
            assertEquals("close", answer.field("Connection"));
            assertNull(client.message());
            client.close();
            draining.join();
        }
    }

    @Test
    void anAnswerUnderWayIsSentToItsEnd() throws Exception {
        int length = 8 << 20;
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.message();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
                    wire.send(new byte[length]);
                    wire.end();
                });
                Wire client = Wire.narrow(rig.sidecar().address())) {
            client.send(get("/x"));
            client.head();
            Thread draining = drain(rig);
            assertEquals(length, client.rest().length());
            client.close();
            draining.join();
        }
    }

    @Test
    void aHitThatIsStillBeingReadIsSentToItsEnd() throws Exception {
        String body = "x".repeat(1_000_000);
        try (WireRig rig = WireRig.before(
                WireOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body))) {
            rig.ask(get("/items/1"));
            try (Wire client = Wire.narrow(rig.sidecar().address())) {
                client.send(get("/items/1"));
                assertTrue(client.head().contains("larder; hit"));
                Thread draining = drain(rig);
                assertEquals(body, client.rest());
                client.close();
                draining.join();
            }
        }
    }

    @Test
    void aPipelinedRequestThatCameBeforeIsAnsweredToo() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (WireRig rig = WireRig.before((wire, number) -> {
                    while (wire.message() != null) {
                        go.await();
                        wire.send(HELLO);
                    }
                });
                Wire client = rig.connect()) {
            client.send(get("/a") + get("/b"));
            Until.holds("one connection", () -> rig.origin().connections() == 1);
            Thread draining = drain(rig);
            go.countDown();
            assertEquals("", client.message().field("Connection"));
            Wire.Message last = client.message();
            assertEquals("hello", last.body());
            assertEquals("close", last.field("Connection"));
            assertNull(client.message());
            client.close();
            draining.join();
        }
    }

    @Test
    void idleConnectionsAreClosedInOrderAndAtOnce() throws Exception {
        try (WireRig rig = WireRig.before(WireOrigin.answering(HELLO));
                Wire client = rig.connect()) {
            client.send(get("/x"));
            client.message();
            Thread draining = drain(rig);
            assertNull(client.message());
            client.close();
            draining.join();
        }
    }

    @Test
    void aConnectionThatHasNotAskedYetMayDoSoOnce() throws Exception {
        try (WireRig rig = WireRig.before(WireOrigin.answering(HELLO));
                Wire fresh = rig.connect();
                Wire other = rig.connect()) {
            // Answered on the other, the first has been accepted as well: they are accepted in order.
            other.send(get("/x"));
            other.message();
            Thread draining = drain(rig);
            Wire.Message answer = fresh.send(get("/x")).message();
            assertEquals("hello", answer.body());
            assertEquals("close", answer.field("Connection"));
            fresh.close();
            other.close();
            draining.join();
        }
    }

    @Test
    void whatDoesNotEndIsCutOff() throws Exception {
        try (WireRig rig = WireRig.with().drain(Duration.ofMillis(300)).before((wire, number) -> wire.end());
                Wire client = rig.connect()) {
            client.send(get("/x"));
            Until.holds("one connection", () -> rig.origin().connections() == 1);
            drain(rig).join();
            assertNull(client.message());
        }
    }

    @Test
    void whoAsksWhetherToSendVisitorsHereIsToldThatItDrains() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.message();
                    go.await();
                    wire.send(HELLO);
                    wire.end();
                });
                Wire client = rig.connect();
                Wire admin = Wire.to(rig.sidecar().adminAddress())) {
            assertEquals("ready\n", admin.send(get("/ready")).message().body());
            client.send(get("/x"));
            Until.holds("one connection", () -> rig.origin().connections() == 1);
            Thread draining = drain(rig);
            Wire.Message answer = admin.send(get("/ready")).message();
            assertEquals(503, answer.status());
            assertEquals("draining\n", answer.body());
            go.countDown();
            assertEquals("hello", client.message().body());
            client.close();
            draining.join();
        }
    }
}
