package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Until;
import dev.larder.rig.Wire;
import dev.larder.rig.WireOrigin;
import dev.larder.rig.WireRig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections to the origin: reused, bounded, given up in time, and never a write sent twice. */
class OriginTest {

    private static final Duration SHORT = Duration.ofSeconds(1);

    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: courses.test\r\n\r\n";
    }

    private static String post(String target) {
        return "POST " + target + " HTTP/1.1\r\nHost: courses.test\r\nContent-Length: 3\r\n\r\nabc";
    }

    private static String error(Wire.Message answer) {
        String error = answer.field("Proxy-Status").replaceFirst(".*error=", "");
        return answer.status() + " " + error.replaceFirst(";.*", "");
    }

    // ---- reuse -------------------------------------------------------------------------------------------------

    @Test
    void aConnectionIsUsedAgain() throws Exception {
        try (WireRig rig = WireRig.before(WireOrigin.answering(
                HELLO, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"))) {
            for (int i = 0; i < 6; i++) {
                assertEquals(
                        "hello", rig.ask(i % 3 == 0 ? post("/x") : get("/x")).body());
            }
            assertEquals(1, rig.origin().connections());
        }
    }

    @ParameterizedTest
    @CsvSource({"timeout=5, 4, 1", "timeout=5, 5, 2", "'max=9, timeout=2', 2, 2", "timeout=0, 0, 2", "timeout=x, 9, 1"})
    void anIdleConnectionIsGivenUpBeforeTheOriginDoes(String keepAlive, int idleSeconds, int connections)
            throws Exception {
        try (WireRig rig = WireRig.before(WireOrigin.answering(
                "HTTP/1.1 200 OK\r\nKeep-Alive: " + keepAlive + "\r\nContent-Length: 5\r\n\r\nhello"))) {
            rig.ask(get("/x"));
            rig.clock().advance(Duration.ofSeconds(idleSeconds));
            assertEquals("hello", rig.ask(get("/x")).body());
            assertEquals(connections, rig.origin().connections());
        }
    }

    @Test
    void anUnsafeRequestTakesNoConnectionThatWasIdleForLongAndLeavesItToOthers() throws Exception {
        try (WireRig rig = WireRig.before(WireOrigin.answering(HELLO))) {
            rig.ask(get("/x"));
            rig.clock().advance(Duration.ofSeconds(2));
            rig.ask(post("/x"));
            assertEquals(2, rig.origin().connections());
            rig.clock().advance(Duration.ofSeconds(2));
            rig.ask(get("/x"));
            rig.ask(get("/x"));
            assertEquals(2, rig.origin().connections());
        }
    }

    @Test
    void anUnsafeRequestFindsAPlaceWhereIdleConnectionsFillThePool() throws Exception {
        try (WireRig rig = WireRig.with().originConnections(1, 4).before(WireOrigin.answering(HELLO))) {
            rig.ask(get("/x"));
            rig.clock().advance(Duration.ofSeconds(2));
            assertEquals("hello", rig.ask(post("/x")).body());
            assertEquals(2, rig.origin().connections());
        }
    }

    // ---- connections that die ----------------------------------------------------------------------------------

    /** Answers the first request of the first connection; every later one ends its connection, up to connection {@code deaths}. */
    private static WireOrigin.Script dying(ConcurrentLinkedQueue<String> seen, int deaths, boolean reset) {
        return (wire, number) -> {
            boolean first = number == 1;
            for (Wire.Message request = wire.message(); request != null; request = wire.message()) {
                seen.add(request.start());
                if (!first && number <= deaths) {
                    if (reset) {
                        wire.reset();
                    }
                    return;
                }
                first = false;
                wire.send(HELLO);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aGetOnAReusedConnectionThatDiesIsSentOnceMore(boolean reset) throws Exception {
        var seen = new ConcurrentLinkedQueue<String>();
        try (WireRig rig = WireRig.before(dying(seen, 1, reset))) {
            rig.ask(get("/a"));
            assertEquals("hello", rig.ask(get("/b")).body());
            assertEquals(3, seen.size(), "asked, asked in vain, asked again");
        }
    }

    @Test
    void itIsNotSentAThirdTime() throws Exception {
        var seen = new ConcurrentLinkedQueue<String>();
        try (WireRig rig = WireRig.before(dying(seen, 9, false))) {
            rig.ask(get("/a"));
            assertEquals("502 connection_terminated", error(rig.ask(get("/b"))));
            assertEquals(3, seen.size());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPostIsNeverSentTwice(boolean reset) throws Exception {
        var seen = new ConcurrentLinkedQueue<String>();
        try (WireRig rig = WireRig.before(dying(seen, 9, reset))) {
            rig.ask(get("/a"));
            assertEquals("502 connection_terminated", error(rig.ask(post("/b"))));
            assertEquals(List.of("GET /a HTTP/1.1", "POST /b HTTP/1.1"), List.copyOf(seen));
        }
    }

    @Test
    void nothingIsSentAgainOnceTheAnswerHasBegun() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (WireRig rig = WireRig.before((wire, number) -> {
            while (wire.message() != null) {
                if (asked.incrementAndGet() == 2) {
                    wire.send("HTTP/1.1 103 Early Hints\r\n\r\n");
                    return;
                }
                wire.send(HELLO);
            }
        })) {
            rig.ask(get("/a"));
            try (Wire client = rig.connect()) {
                client.send(get("/b"));
                assertEquals(103, client.message().status());
                assertEquals("502 connection_terminated", error(client.message()));
            }
            assertEquals(2, asked.get());
        }
    }

    // ---- waits -------------------------------------------------------------------------------------------------

    @Test
    void aRefusedConnectionIsA502() throws Exception {
        WireOrigin gone = WireOrigin.start(WireOrigin.answering(HELLO));
        try (WireRig rig = WireRig.with().before(gone)) {
            gone.close();
            for (int i = 0; i < 3; i++) {
                Wire.Message answer = rig.ask(get("/x"));
                assertEquals("502 connection_refused", error(answer));
                assertTrue(answer.body().contains("the backend cannot be reached"), answer.body());
            }
        }
    }

    @Test
    void anAnswerThatDoesNotComeInTimeIsA504() throws Exception {
        try (WireRig rig = WireRig.with().responseHead(SHORT).before((wire, number) -> wire.end())) {
            assertEquals("504 http_response_timeout", error(rig.ask(get("/x"))));
            assertEquals("504 http_response_timeout", error(rig.ask(post("/x"))));
            Until.holds("all connections are closed", () -> rig.origin().open().isEmpty());
        }
    }

    @Test
    void anAnswerThatStallsIsCutOff() throws Exception {
        try (WireRig rig = WireRig.with().bodyIdle(SHORT).before((wire, number) -> {
                    wire.message();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
                    wire.end();
                });
                Wire client = rig.connect()) {
            client.send(get("/x"));
            client.head();
            assertEquals("hello", client.rest());
            Until.holds("all connections are closed", () -> rig.origin().open().isEmpty());
        }
    }

    @Test
    void anUploadThatStallsIsA408AndCutOffForTheOrigin() throws Exception {
        CountDownLatch cut = new CountDownLatch(1);
        try (WireRig rig = WireRig.with().bodyIdle(SHORT).before((wire, number) -> {
                    wire.head();
                    wire.end();
                    cut.countDown();
                });
                Wire client = rig.connect()) {
            client.send("POST /x HTTP/1.1\r\nHost: courses.test\r\nContent-Length: 50\r\n\r\nhello");
            assertEquals(408, client.message().status());
            cut.await();
        }
    }

    @Test
    void anOriginThatTakesNoneOfAnUploadIsGivenUp() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        WireOrigin origin = WireOrigin.narrow((wire, number) -> {
            wire.head();
            over.await();
        });
        try (WireRig rig = WireRig.with().bodyIdle(SHORT).before(origin);
                Wire client = rig.connect()) {
            Thread sender = new Thread(() -> {
                try {
                    client.send(new byte[64 << 20]);
                } catch (IOException refused) {
                    // The answer has come before the end of the upload.
                }
            });
            client.send("POST /x HTTP/1.1\r\nHost: courses.test\r\nContent-Length: " + (64 << 20) + "\r\n\r\n");
            sender.start();
            assertEquals("504 connection_read_timeout", error(client.message()));
            over.countDown();
            client.close();
            sender.join();
        }
    }

    @Test
    void aVisitorWhoTakesNoneOfTheirAnswerIsGivenUpAndHoldsNoConnection() throws Exception {
        try (WireRig rig = WireRig.with().bodyIdle(SHORT).before((wire, number) -> {
                    wire.message();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + (256 << 20) + "\r\n\r\n");
                    byte[] piece = new byte[1 << 20];
                    for (int i = 0; i < 256; i++) {
                        wire.send(piece);
                    }
                });
                Wire client = Wire.narrow(rig.sidecar().address())) {
            client.send(get("/x"));
            client.head();
            Until.holds(
                    "one connection, which is closed",
                    () -> rig.origin().connections() == 1 && rig.origin().open().isEmpty());
        }
    }

    @Test
    void aBackendMayBeGivenByName() throws Exception {
        try (WireRig rig = WireRig.with().backendHost("localhost").before(WireOrigin.answering(HELLO))) {
            assertEquals("hello", rig.ask(get("/x")).body());
        }
    }

    @Test
    void aBackendWhoseNameIsUnknownIsA502() throws Exception {
        try (WireRig rig = WireRig.with().backendHost("backend.invalid").before(WireOrigin.answering(HELLO))) {
            Wire.Message answer = rig.ask(get("/x"));
            // Where nobody answers for names, it is a wait that ends.
            String error = answer.status() == 504 ? "connection_timeout" : "dns_error";
            assertTrue(answer.status() == 502 || answer.status() == 504, answer.head());
            assertTrue(answer.field("Proxy-Status").startsWith("larder; error=" + error), answer.head());
        }
    }

    // ---- bounds ------------------------------------------------------------------------------------------------

    /** Answers /items/1 at once, and every other request for one permit. */
    private static WireOrigin.Script forPermits(Semaphore permits) {
        return (wire, number) -> {
            for (Wire.Message request = wire.message(); request != null; request = wire.message()) {
                if (!request.start().contains("/items/1")) {
                    permits.acquire();
                }
                wire.send(HELLO);
            }
        };
    }

    /** Returns when the sidecar has seen all that was sent before: a hit on the one event loop comes after it. */
    private static void barrier(WireRig rig) throws IOException {
        Wire.Message hit = rig.ask(get("/items/1"));
        assertTrue(hit.field("Cache-Status").startsWith("larder; hit"), hit.head());
    }

    @Test
    void beyondConnectionsAndQueueIsA503AndThoseWhoWaitGoOn() throws Exception {
        Semaphore permits = new Semaphore(0);
        try (WireRig rig = WireRig.with()
                .connect(Duration.ofSeconds(10))
                .originConnections(1, 2)
                .before(forPermits(permits))) {
            rig.ask(get("/items/1"));
            List<Wire> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Wire client = rig.connect();
                clients.add(client);
                client.send(get("/" + i));
                barrier(rig);
            }
            assertEquals("503 connection_limit_reached", error(rig.ask(get("/too-many"))));
            for (Wire client : clients) {
                permits.release();
                assertEquals("hello", client.message().body());
                client.close();
            }
            assertEquals(1, rig.origin().connections());
        }
    }

    @Test
    void whatComesOfAnUploadWhileItWaitsForAConnectionIsNotLost() throws Exception {
        Semaphore permits = new Semaphore(0);
        var uploads = new ConcurrentLinkedQueue<String>();
        try (WireRig rig = WireRig.with()
                        .connect(Duration.ofSeconds(10))
                        .originConnections(1, 2)
                        .before((wire, number) -> {
                            for (Wire.Message request = wire.message(); request != null; request = wire.message()) {
                                if (request.start().contains("/a")) {
                                    permits.acquire();
                                }
                                uploads.add(request.body());
                                wire.send(HELLO);
                            }
                        });
                Wire first = rig.connect();
                Wire second = rig.connect()) {
            rig.ask(get("/items/1"));
            first.send(get("/a"));
            barrier(rig);
            for (String part : List.of(
                    "POST /x HTTP/1.1\r\nHost: courses.test\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "3\r\none\r\n",
                    "3\r\ntwo\r\n0\r\n\r\n")) {
                second.send(part);
                barrier(rig);
            }
            permits.release();
            assertEquals("hello", first.message().body());
            assertEquals("hello", second.message().body());
            assertEquals(List.of("", "", "onetwo"), List.copyOf(uploads));
        }
    }

    @Test
    void whoWaitsTooLongForAConnectionGets503() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (WireRig rig = WireRig.with().connect(SHORT).originConnections(1, 8).before((wire, number) -> {
                    wire.message();
                    over.await();
                });
                Wire first = rig.connect()) {
            first.send(get("/a"));
            Until.holds("one connection", () -> rig.origin().connections() == 1);
            assertEquals("503 connection_limit_reached", error(rig.ask(get("/b"))));
            over.countDown();
        }
    }

    @Test
    void aConnectionThatDiesMakesRoomForThoseWhoWait() throws Exception {
        Semaphore deaths = new Semaphore(0);
        try (WireRig rig = WireRig.with().originConnections(1, 8).before((wire, number) -> {
                    wire.message();
                    if (number == 1) {
                        deaths.acquire();
                        return;
                    }
                    wire.send(HELLO);
                    wire.end();
                });
                Wire first = rig.connect();
                Wire second = rig.connect()) {
            first.send(get("/a"));
            Until.holds("one connection", () -> rig.origin().connections() == 1);
            second.send(get("/b"));
            deaths.release();
            assertEquals(502, first.message().status());
            assertEquals("hello", second.message().body());
        }
    }

    @Test
    void whoLeavesTheQueueMakesRoomInIt() throws Exception {
        Semaphore permits = new Semaphore(0);
        try (WireRig rig = WireRig.with()
                        .connect(Duration.ofSeconds(10))
                        .originConnections(1, 1)
                        .before(forPermits(permits));
                Wire first = rig.connect();
                Wire next = rig.connect()) {
            rig.ask(get("/items/1"));
            first.send(get("/a"));
            barrier(rig);
            try (Wire second = rig.connect()) {
                second.send(get("/b"));
                barrier(rig);
                assertEquals("503 connection_limit_reached", error(rig.ask(get("/too-many"))));
                // An orderly end would leave them their answer: a half-closed connection looks the same.
                second.reset();
            }
            barrier(rig);
            next.send(get("/c"));
            barrier(rig);
            permits.release(2);
            assertEquals("hello", first.message().body());
            assertEquals("hello", next.message().body());
        }
    }

    @Test
    void tooManyVisitorsGetAnEarly503() throws Exception {
        try (WireRig rig = WireRig.with().clients(2).before(WireOrigin.answering(HELLO));
                Wire first = rig.connect();
                Wire second = rig.connect()) {
            assertEquals("hello", first.send(get("/x")).message().body());
            assertEquals("hello", second.send(get("/x")).message().body());
            try (Wire third = rig.connect()) {
                assertEquals(503, third.send(get("/x")).message().status());
                assertNull(third.message());
            }
            first.close();
            Until.holds("there is room again", () -> {
                try (Wire next = rig.connect()) {
                    return next.send(get("/x")).message().status() == 200;
                }
            });
        }
    }
}
