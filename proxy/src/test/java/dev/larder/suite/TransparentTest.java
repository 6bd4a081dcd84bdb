package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Wire;
import dev.larder.rig.WireOrigin;
import dev.larder.rig.WireRig;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PROMISES section 4: what is not cached passes as if nothing were there. */
class TransparentTest {

    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private static String get(String target, String... fields) {
        String lines = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
        return "GET " + target + " HTTP/1.1\r\nHost: courses.test\r\n" + lines + "\r\n";
    }

    // ---- heads -------------------------------------------------------------------------------------------------

    @Test
    void statusReasonAndFieldsArriveInOrderAndAsSent() throws Exception {
        try (WireRig rig = WireRig.before(WireOrigin.answering("HTTP/1.1 299 Quite Fine\r\nSet-Cookie: b=2; Path=/\r\n"
                + "X-Mixed: One\r\nset-cookie: a=1\r\nx-mixed: two, three\r\nSet-Cookie: c=3\r\n"
                + "X-Bytes: \u00e4\u00f6\u00ff\r\nX-Empty:\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
                + "Content-Length: 2\r\n\r\nok"))) {
            Wire.Message answer = rig.ask(get("/x"));
            assertEquals("HTTP/1.1 299 Quite Fine", answer.start());
            assertEquals(List.of("b=2; Path=/", "a=1", "c=3"), answer.all("Set-Cookie"));
            assertEquals(List.of("One", "two, three"), answer.all("X-Mixed"));
            assertEquals(List.of("\u00e4\u00f6\u00ff"), answer.all("X-Bytes"));
            assertEquals(List.of(""), answer.all("X-Empty"));
            assertEquals(List.of("Thu, 01 Jan 2026 00:00:00 GMT"), answer.all("Date"));
            assertEquals(List.of("2"), answer.all("Content-Length"));
            assertEquals("ok", answer.body());
            assertTrue(answer.head().contains("set-cookie: a=1\n"), "the case of a name is kept");
        }
    }

    @Test
    void requestFieldsArriveInOrderAndAsSent() throws Exception {
        var requests = new ConcurrentLinkedQueue<Wire.Message>();
        try (WireRig rig = WireRig.before(WireOrigin.recording(requests, HELLO))) {
            rig.ask(get("/x?b=%2F&a=\\|^`{}", "X-A: 1", "Cookie: a=1", "x-a: 2", "COOKIE: b=2", "X-B: \u00ff"));
            Wire.Message request = requests.remove();
            assertEquals("GET /x?b=%2F&a=\\|^`{} HTTP/1.1", request.start());
            assertEquals(List.of("1", "2"), request.all("X-A"));
            assertEquals(List.of("a=1", "b=2"), request.all("Cookie"));
            assertEquals(List.of("\u00ff"), request.all("X-B"));
            assertEquals(List.of("courses.test"), request.all("Host"));
            assertTrue(request.head().contains("COOKIE: b=2\n"), "the case of a name is kept");
        }
    }

    @Test
    void hopByHopFieldsAreDroppedBothWays() throws Exception {
        var requests = new ConcurrentLinkedQueue<Wire.Message>();
        try (WireRig rig = WireRig.before(WireOrigin.recording(
                requests,
                "HTTP/1.1 200 OK\r\nConnection: X-Private, keep-alive\r\nX-Private: 1\r\nKeep-Alive: timeout=5\r\n"
                        + "Proxy-Connection: keep-alive\r\nUpgrade: h2c\r\nX-Kept: 1\r\nContent-Length: 0\r\n\r\n"))) {
            Wire.Message answer = rig.ask(get(
                    "/x",
                    "Connection: X-Secret, TE",
                    "X-Secret: 1",
                    "TE: trailers",
                    "Keep-Alive: 5",
                    "Proxy-Connection: keep-alive",
                    "X-Kept: 1"));
            for (Wire.Message message : List.of(requests.remove(), answer)) {
                for (String dropped : List.of(
                        "Connection", "X-Secret", "X-Private", "TE", "Keep-Alive", "Proxy-Connection", "Upgrade")) {
                    assertEquals(List.of(), message.all(dropped), message.head());
                }
                assertEquals("1", message.field("X-Kept"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "Content-Length", "host, content-length, close"})
    void connectionCannotStripWhatFramesOrRoutes(String named) throws Exception {
        var requests = new ConcurrentLinkedQueue<Wire.Message>();
        try (WireRig rig = WireRig.before(WireOrigin.recording(requests, HELLO))) {
            rig.ask("POST /x HTTP/1.1\r\nHost: courses.test\r\nConnection: " + named
                    + "\r\nContent-Length: 3\r\n\r\nabc");
            Wire.Message request = requests.remove();
            assertEquals("courses.test", request.field("Host"));
            assertEquals("abc", request.body());
        }
    }

    @Test
    void anUntrustedHopsForwardingFieldsAreReplaced() throws Exception {
        var requests = new ConcurrentLinkedQueue<Wire.Message>();
        try (WireRig rig = WireRig.before(WireOrigin.recording(requests, HELLO))) {
            Wire.Message answer = rig.ask(get(
                    "/x",
                    "X-Forwarded-For: 6.6.6.6",
                    "X-Forwarded-Proto: https",
                    "X-Forwarded-Host: evil.test",
                    "X-Forwarded-Port: 1",
                    "X-Real-IP: 6.6.6.6",
                    "Forwarded: for=6.6.6.6",
                    "Via: 1.1 before"));
            Wire.Message request = requests.remove();
            assertEquals(List.of("127.0.0.1"), request.all("X-Forwarded-For"));
            assertEquals(List.of("http"), request.all("X-Forwarded-Proto"));
            assertEquals(List.of("courses.test"), request.all("X-Forwarded-Host"));
            assertEquals(List.of(), request.all("X-Forwarded-Port"));
            assertEquals(List.of(), request.all("X-Real-IP"));
            assertEquals(List.of("for=127.0.0.1;host=\"courses.test\";proto=http"), request.all("Forwarded"));
            assertEquals("1.1 before, 1.1 larder", request.field("Via"));
            assertEquals("1.1 larder", answer.field("Via"));
        }
    }

    @Test
    void aTrustedHopsForwardingFieldsArePassedOnAndAddedTo() throws Exception {
        var requests = new ConcurrentLinkedQueue<Wire.Message>();
        try (WireRig rig = WireRig.with().trusting("127.0.0.0/8").before(WireOrigin.recording(requests, HELLO))) {
            rig.ask(get(
                    "/x",
                    "X-Forwarded-For: 9.9.9.9",
                    "X-Forwarded-Proto: https",
                    "X-Forwarded-Host: shop.test",
                    "Forwarded: for=9.9.9.9;proto=https"));
            Wire.Message request = requests.remove();
            assertEquals(List.of("9.9.9.9, 127.0.0.1"), request.all("X-Forwarded-For"));
            assertEquals(List.of("https"), request.all("X-Forwarded-Proto"));
            assertEquals(List.of("shop.test"), request.all("X-Forwarded-Host"));
            assertEquals(
                    List.of("for=9.9.9.9;proto=https, for=127.0.0.1;host=\"courses.test\";proto=https"),
                    request.all("Forwarded"));
        }
    }

    // ---- bodies ------------------------------------------------------------------------------------------------

    private static String allBytes() {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            all.append(c);
        }
        return all.toString();
    }

    @Test
    void bodyBytesPassUnchangedBothWaysWithALength() throws Exception {
        var requests = new ConcurrentLinkedQueue<Wire.Message>();
        String body = allBytes();
        try (WireRig rig = WireRig.before(
                WireOrigin.recording(requests, "HTTP/1.1 200 OK\r\nContent-Length: 256\r\n\r\n" + body))) {
            Wire.Message answer =
                    rig.ask("POST /x HTTP/1.1\r\nHost: courses.test\r\nContent-Length: 256\r\n\r\n" + body);
            assertEquals(body, answer.body());
            assertEquals("256", answer.field("Content-Length"));
            Wire.Message request = requests.remove();
            assertEquals(body, request.body());
            assertEquals("256", request.field("Content-Length"));
        }
    }

    @Test
    void bodyBytesAndTrailersPassUnchangedBothWaysInChunks() throws Exception {
        var trailers = new ConcurrentLinkedQueue<String>();
        String body = allBytes();
        try (WireRig rig = WireRig.before((wire, number) -> {
                    String head = wire.head();
                    assertTrue(head.contains("transfer-encoding: chunked\n"), head);
                    StringBuilder received = new StringBuilder();
                    for (String chunk = wire.chunk(); !chunk.isEmpty(); chunk = wire.chunk()) {
                        received.append(chunk);
                    }
                    trailers.add(wire.trailers());
                    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n80;x=y\r\n"
                            + received.substring(0, 128) + "\r\n80\r\n" + received.substring(128)
                            + "\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\nSet-Cookie: t=1\r\n\r\n");
                    wire.end();
                });
                Wire client = rig.connect()) {
            client.send("POST /x HTTP/1.1\r\nHost: courses.test\r\nTransfer-Encoding: chunked\r\n\r\n100\r\n" + body
                    + "\r\n0\r\nX-Check: a\r\nHost: evil\r\nX-Forwarded-For: 6.6.6.6\r\nX-Check: b\r\n\r\n");
            String head = client.head();
            assertTrue(head.contains("transfer-encoding: chunked\n"), head);
            StringBuilder received = new StringBuilder();
            for (String chunk = client.chunk(); !chunk.isEmpty(); chunk = client.chunk()) {
                received.append(chunk);
            }
            assertEquals(body, received.toString());
            // What a client may merge into the head must not come behind it (RFC 9110 section 6.5.1).
            assertEquals("X-Sum: 1\nx-sum: 2\n", client.trailers());
            assertEquals("X-Check: a\nX-Check: b\n", trailers.remove());
        }
    }

    @Test
    void anAnswerArrivesPieceByPieceBeforeItEnds() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.message();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n7\r\ndata: 1\r\n");
                    first.await();
                    wire.send("7\r\ndata: 2\r\n");
                    second.await();
                    wire.send("0\r\n\r\n");
                });
                Wire client = rig.connect()) {
            client.send(get("/events"));
            client.head();
            assertEquals("data: 1", client.chunk());
            first.countDown();
            assertEquals("data: 2", client.chunk());
            second.countDown();
            assertEquals("", client.chunk());
        }
    }

    @Test
    void anUploadArrivesPieceByPieceBeforeItEnds() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.head();
                    assertEquals("one", wire.chunk());
                    first.countDown();
                    assertEquals("two", wire.chunk());
                    second.countDown();
                    assertEquals("", wire.chunk());
                    wire.trailers();
                    wire.send(HELLO);
                    wire.end();
                });
                Wire client = rig.connect()) {
            client.send("POST /x HTTP/1.1\r\nHost: courses.test\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("3\r\none\r\n");
            first.await();
            client.send("3\r\ntwo\r\n");
            second.await();
            client.send("0\r\n\r\n");
            assertEquals("hello", client.message().body());
        }
    }

    @Test
    void theAnswerMayBeginBeforeTheUploadHasEnded() throws Exception {
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.head();
                    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                    for (String chunk = wire.chunk(); !chunk.isEmpty(); chunk = wire.chunk()) {
                        wire.send(Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n");
                    }
                    wire.trailers();
                    wire.send("0\r\n\r\n");
                    wire.end();
                });
                Wire client = rig.connect()) {
            client.send("POST /echo HTTP/1.1\r\nHost: courses.test\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.head();
            for (String piece : List.of("ping", "pong")) {
                client.send("4\r\n" + piece + "\r\n");
                assertEquals(piece, client.chunk());
            }
            client.send("0\r\n\r\n");
            assertEquals("", client.chunk());
        }
    }

    @Test
    void aBodyThatEndsWithTheOriginsConnectionIsWhole() throws Exception {
        try (WireRig rig = WireRig.before((wire, number) -> {
            wire.message();
            wire.send("HTTP/1.0 200 OK\r\n\r\nuntil the end");
        })) {
            Wire.Message answer = rig.ask(get("/x"));
            assertEquals("until the end", answer.body());
            assertEquals("chunked", answer.field("Transfer-Encoding"));
        }
    }

    // ---- interim answers, methods, versions --------------------------------------------------------------------

    @Test
    void continueIsPassedBothWays() throws Exception {
        try (WireRig rig = WireRig.before((wire, number) -> {
                    assertTrue(wire.head().contains("Expect: 100-continue\n"));
                    wire.send("HTTP/1.1 100 Continue\r\n\r\n");
                    assertEquals("abc", wire.bytes(3));
                    wire.send(HELLO);
                    wire.end();
                });
                Wire client = rig.connect()) {
            client.send("POST /x HTTP/1.1\r\nHost: courses.test\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            assertEquals(100, client.message().status());
            client.send("abc");
            assertEquals("hello", client.message().body());
        }
    }

    @Test
    void anExpectationMayBeAnsweredByARefusal() throws Exception {
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.head();
                    wire.send("HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n");
                    wire.end();
                });
                Wire client = rig.connect()) {
            client.send("POST /x HTTP/1.1\r\nHost: courses.test\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            Wire.Message answer = client.message();
            assertEquals(413, answer.status());
            assertEquals("close", answer.field("Connection"), "a body that may yet come could not be told apart");
            assertEquals(Wire.End.ORDERLY, client.end());
        }
    }

    @Test
    void earlyHintsAreRelayed() throws Exception {
        try (WireRig rig = WireRig.before(WireOrigin.answering(
                        "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nConnection: close\r\n\r\n"
                                + "HTTP/1.1 103 Early Hints\r\nLink: </b.css>\r\n\r\n" + HELLO));
                Wire client = rig.connect()) {
            for (int i = 0; i < 2; i++) {
                client.send(get("/x"));
                Wire.Message hints = client.message();
                assertEquals("HTTP/1.1 103 Early Hints", hints.start());
                assertEquals("</a.css>; rel=preload", hints.field("Link"));
                assertEquals(List.of(), hints.all("Connection"));
                assertEquals("</b.css>", client.message().field("Link"));
                assertEquals("hello", client.message().body());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"102 Processing", "103 Early Hints"})
    void interimAnswersAreRelayedAndNothingOfThemIsStored(String interim) throws Exception {
        // RFC 9111 section 3: only a final response is stored.
        try (WireRig rig = WireRig.before(
                        WireOrigin.answering("HTTP/1.1 " + interim + "\r\nX-Interim: 1\r\n\r\n" + HELLO));
                Wire client = rig.connect()) {
            client.send(get("/items/1"));
            Wire.Message hints = client.message();
            assertEquals("HTTP/1.1 " + interim, hints.start());
            assertEquals("1", hints.field("X-Interim"));
            assertEquals("hello", client.message().body());
            client.send(get("/items/1"));
            Wire.Message hit = client.message();
            assertEquals(200, hit.status());
            assertTrue(hit.field("Cache-Status").startsWith("larder; hit"), hit.field("Cache-Status"));
            assertEquals("", hit.field("X-Interim"));
            assertEquals("hello", hit.body());
        }
    }

    @Test
    void anHttp10ClientGetsNoInterimAnswersAndNoChunks() throws Exception {
        try (WireRig rig = WireRig.before(WireOrigin.answering("HTTP/1.1 103 Early Hints\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n"));
                Wire client = rig.connect()) {
            client.send("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            Wire.Message answer = client.message();
            assertEquals(200, answer.status());
            assertEquals("", answer.field("Transfer-Encoding"));
            assertEquals("close", answer.field("Connection"));
            assertEquals("hello", answer.body());
        }
    }

    @Test
    void anHttp10ClientMayKeepItsConnection() throws Exception {
        var requests = new ConcurrentLinkedQueue<Wire.Message>();
        try (WireRig rig = WireRig.before(WireOrigin.recording(requests, HELLO));
                Wire client = rig.connect()) {
            for (int i = 0; i < 2; i++) {
                client.send("GET /x HTTP/1.0\r\nConnection: keep-alive\r\nExpect: 100-continue\r\n\r\n");
                Wire.Message answer = client.message();
                assertEquals("keep-alive", answer.field("Connection"));
                assertEquals("hello", answer.body());
                Wire.Message request = requests.remove();
                assertEquals("GET /x HTTP/1.1", request.start());
                assertEquals("127.0.0.1:" + rig.origin().port(), request.field("Host"));
                assertEquals("1.0 larder", request.field("Via"));
                assertEquals("", request.field("Expect"), "an expectation in HTTP/1.0 is ignored");
            }
            client.send("GET /x HTTP/1.0\r\n\r\n");
            assertEquals("close", client.message().field("Connection"));
            assertEquals(Wire.End.ORDERLY, client.end());
        }
    }

    @Test
    void anHttp10ClientSeesThatAnAnswerWasCutShort() throws Exception {
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.message();
                    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                });
                Wire client = rig.connect()) {
            client.send("GET /x HTTP/1.0\r\n\r\n");
            assertEquals(Wire.End.RESET, client.end(), "an orderly end would make what came look whole");
        }
    }

    @Test
    void headAnswersHaveTheFieldsAndNoBody() throws Exception {
        try (WireRig rig = WireRig.before(WireOrigin.answering(
                        "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nX-Third: 1\r\n\r\n"));
                Wire client = rig.connect()) {
            String head = "HEAD /x HTTP/1.1\r\nHost: courses.test\r\n\r\n";
            assertEquals("1234", client.send(head).message(true).field("Content-Length"));
            assertEquals(200, client.send(head).message(true).status());
            assertEquals("1", client.send(head).message(true).field("X-Third"));
            assertEquals(1, rig.origin().connections());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void answersWithoutABodyKeepTheConnection(int status) throws Exception {
        try (WireRig rig = WireRig.before(
                        WireOrigin.answering("HTTP/1.1 " + status + " X\r\nETag: \"a\"\r\n\r\n", HELLO));
                Wire client = rig.connect()) {
            Wire.Message answer = client.send(get("/x")).message();
            assertEquals(status, answer.status());
            assertEquals("\"a\"", answer.field("ETag"));
            assertEquals("", answer.field("Transfer-Encoding"));
            assertEquals("hello", client.send(get("/x")).message().body());
            assertEquals(1, rig.origin().connections());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OPTIONS * HTTP/1.1, OPTIONS * HTTP/1.1",
        "OPTIONS http://courses.test HTTP/1.1, OPTIONS * HTTP/1.1",
        "GET http://courses.test/a?b HTTP/1.1, GET /a?b HTTP/1.1",
        "GET http://COURSES.test?b HTTP/1.1, GET /?b HTTP/1.1",
        "TRACE /x HTTP/1.1, TRACE /x HTTP/1.1",
        "BREW /pot HTTP/1.1, BREW /pot HTTP/1.1",
        "DELETE /a//b/../c;d HTTP/1.1, DELETE /a//b/../c;d HTTP/1.1"
    })
    void targetsPass(String sent, String received) throws Exception {
        var requests = new ConcurrentLinkedQueue<Wire.Message>();
        try (WireRig rig = WireRig.before(WireOrigin.recording(requests, HELLO))) {
            assertEquals(
                    "hello", rig.ask(sent + "\r\nHost: courses.test\r\n\r\n").body());
            Wire.Message request = requests.remove();
            assertEquals(received, request.start());
            assertEquals("courses.test", request.field("Host"));
        }
    }

    @Test
    void anAbsoluteTargetStandsForHostInHttp10() throws Exception {
        var requests = new ConcurrentLinkedQueue<Wire.Message>();
        try (WireRig rig = WireRig.before(WireOrigin.recording(requests, HELLO))) {
            assertEquals(
                    "hello", rig.ask("GET http://a.test/x HTTP/1.0\r\n\r\n").body());
            assertEquals("a.test", requests.remove().field("Host"));
        }
    }

    @Test
    void rangesPass() throws Exception {
        var requests = new ConcurrentLinkedQueue<Wire.Message>();
        try (WireRig rig = WireRig.before(WireOrigin.recording(
                requests,
                "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 1-3/9\r\nContent-Length: 3\r\n\r\nbcd"))) {
            Wire.Message answer = rig.ask(get("/x", "Range: bytes=1-3", "If-Range: \"a\""));
            assertEquals(206, answer.status());
            assertEquals("bytes 1-3/9", answer.field("Content-Range"));
            assertEquals("bcd", answer.body());
            assertEquals("bytes=1-3", requests.remove().field("Range"));
        }
    }

    // ---- connections -------------------------------------------------------------------------------------------

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (WireRig rig = WireRig.before(TransparentTest::echo);
                Wire client = rig.connect()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                all.append(
                        i % 3 == 0
                                ? "POST /" + i + " HTTP/1.1\r\nHost: courses.test\r\nContent-Length: 2\r\n\r\n:p"
                                : get("/" + i));
            }
            client.send(all.toString());
            for (int i = 0; i < 100; i++) {
                assertEquals(
                        "/" + i + (i % 3 == 0 ? ":p" : ""), client.message().body());
            }
        }
    }

    @Test
    void aBodyIsNotLostWhereAHitWasAnsweredFurtherAheadInThePipeline() throws Exception {
        try (WireRig rig = WireRig.before(TransparentTest::echo);
                Wire client = rig.connect()) {
            client.send(get("/items/1"));
            assertEquals("/items/1", client.message().body());
            client.send(get("/a")
                    + get("/items/1")
                    + get("/b")
                    + "POST /c HTTP/1.1\r\nHost: courses.test\r\nContent-Length: 2\r\n\r\n:p");
            for (String expected : List.of("/a", "/items/1", "/b", "/c:p")) {
                assertEquals(expected, client.message().body());
            }
        }
    }

    private static void echo(Wire wire, int number) throws IOException {
        for (Wire.Message request = wire.message(); request != null; request = wire.message()) {
            String echo = request.start().split(" ")[1] + request.body();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + echo.length() + "\r\n\r\n" + echo);
        }
    }

    @Test
    void tenThousandPipelinedHitsAreAnsweredInOrder() throws Exception {
        int count = 10_000;
        try (WireRig rig = WireRig.before(WireOrigin.answering(HELLO));
                Wire client = rig.connect()) {
            client.send(get("/items/1"));
            assertEquals("hello", client.message().body());
            Thread sender = new Thread(() -> {
                try {
                    String ten = get("/items/1").repeat(10);
                    for (int i = 0; i < count / 10; i++) {
                        client.send(ten);
                    }
                } catch (IOException closed) {
                    // The reader sees it.
                }
            });
            sender.start();
            for (int i = 0; i < count; i++) {
                Wire.Message answer = client.message();
                assertEquals("hello", answer.body());
                assertTrue(answer.field("Cache-Status").startsWith("larder; hit"), answer.head());
            }
            sender.join();
        }
    }

    @Test
    void nothingIsAnsweredBehindARequestThatClosesTheConnection() throws Exception {
        try (WireRig rig = WireRig.before(WireOrigin.answering(HELLO));
                Wire client = rig.connect()) {
            client.send(get("/a", "Connection: close") + get("/b"));
            Wire.Message answer = client.message();
            assertEquals("close", answer.field("Connection"));
            assertNull(client.message());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x", "/items/1"})
    void aHalfClosedClientGetsItsAnswers(String target) throws Exception {
        try (WireRig rig = WireRig.before(WireOrigin.answering(HELLO))) {
            rig.ask(get(target));
            try (Wire client = rig.connect()) {
                client.send(get(target) + get(target) + get(target)).finish();
                for (int i = 0; i < 3; i++) {
                    assertEquals("hello", client.message().body());
                }
                assertNull(client.message());
            }
        }
    }

    @Test
    void aLongHitReachesASlowClientWhoHasHalfClosed() throws Exception {
        String body = "x".repeat(900_000);
        try (WireRig rig = WireRig.before(
                WireOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body))) {
            rig.ask(get("/items/1"));
            try (Wire client = Wire.narrow(rig.sidecar().address())) {
                client.send(get("/items/1") + get("/items/1")).finish();
                for (int i = 0; i < 2; i++) {
                    Wire.Message answer = client.message();
                    assertTrue(answer.field("Cache-Status").startsWith("larder; hit"), answer.head());
                    assertEquals(body, answer.body());
                }
                assertNull(client.message());
            }
        }
    }

    @Test
    void anEarlyRefusalOfAnUploadReachesTheClient() throws Exception {
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.head();
                    wire.send("HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\nConnection: close\r\n\r\nmuch");
                });
                Wire client = rig.connect()) {
            client.send("POST /x HTTP/1.1\r\nHost: courses.test\r\nContent-Length: 4000000\r\n\r\n");
            client.send(new byte[2_000_000]);
            Wire.Message answer = client.message();
            assertEquals(413, answer.status());
            assertEquals("much", answer.body());
            assertEquals("close", answer.field("Connection"));
        }
    }

    @Test
    void anUploadThatIsCutShortIsNotEndedForTheOrigin() throws Exception {
        var ends = new ConcurrentLinkedQueue<Object>();
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.head();
                    assertEquals("abc", wire.chunk());
                    begun.countDown();
                    try {
                        ends.add(wire.chunk());
                    } catch (Exception cut) {
                        ends.add("cut");
                    }
                    over.countDown();
                });
                Wire client = rig.connect()) {
            client.send("POST /x HTTP/1.1\r\nHost: courses.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            begun.await();
            client.close();
            over.await();
            assertEquals("cut", ends.remove());
        }
    }

    @Test
    void anAnswerThatIsCutShortIsNotEndedForTheClient() throws Exception {
        try (WireRig rig = WireRig.before((wire, number) -> {
                    String head = wire.head();
                    wire.send("HTTP/1.1 200 OK\r\n"
                            + (head.contains("/chunked") ? "Transfer-Encoding: chunked\r\n\r\n3\r\n" : "")
                            + (head.contains("/length") ? "Content-Length: 9\r\n\r\n" : "")
                            + (head.contains("/end") ? "\r\n" : "") + "abc"
                            + (head.contains("/chunked") ? "\r\n" : ""));
                    if (head.contains("/end")) {
                        wire.head();
                        wire.reset();
                    }
                });
                Wire chunked = rig.connect();
                Wire length = rig.connect();
                Wire end = rig.connect()) {
            chunked.send(get("/chunked"));
            chunked.head();
            assertEquals("abc", chunked.chunk(), "what came before the cut is passed on");
            assertNull(chunked.line());
            length.send(get("/length"));
            length.head();
            assertEquals("abc", length.rest());
            end.send(get("/end"));
            end.head();
            assertEquals("abc", end.chunk());
            // The origin waits for more on a connection that another request cannot take: let it go by closing them
            // all.
            rig.origin().open().forEach(wire -> {
                try {
                    wire.reset();
                } catch (IOException ignored) {
                    // Closed is closed.
                }
            });
            assertNull(end.line(), "a reset is no orderly end, even where the end of the connection ends the body");
        }
    }

    // ---- upgrades ----------------------------------------------------------------------------------------------

    private static final String UPGRADE =
            "GET /socket HTTP/1.1\r\nHost: courses.test\r\nConnection: keep-alive, Upgrade\r\n"
                    + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n";

    private static final String SWITCHED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    @Test
    void anUpgradeIsTunnelledBothWays() throws Exception {
        var heads = new ConcurrentLinkedQueue<String>();
        try (WireRig rig = WireRig.before((wire, number) -> {
                    heads.add(wire.head());
                    wire.send(SWITCHED + "right behind it");
                    while (true) {
                        wire.send("<" + wire.bytes(4) + ">");
                    }
                });
                Wire client = rig.connect()) {
            client.send(UPGRADE);
            Wire.Message answer = client.message();
            assertEquals(101, answer.status());
            assertEquals("upgrade", answer.field("Connection").toLowerCase(Locale.ROOT));
            assertEquals("websocket", answer.field("Upgrade"));
            assertEquals("right behind it", client.bytes(15));
            client.send("ping");
            assertEquals("<ping>", client.bytes(6));
            client.send("GET ");
            assertEquals("<GET >", client.bytes(6));
            String head = heads.remove();
            assertTrue(head.contains("Upgrade: websocket\n"), head);
            assertTrue(head.contains("Connection: upgrade\n"), head);
        }
    }

    @Test
    void bytesThatTheClientSendsBeforeThe101PassBehindIt() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch sent = new CountDownLatch(1);
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.head();
                    asked.countDown();
                    sent.await();
                    wire.send(SWITCHED);
                    wire.send(wire.bytes(10));
                    wire.end();
                });
                Wire client = rig.connect()) {
            client.send(UPGRADE + "\0early");
            asked.await();
            client.send("late");
            sent.countDown();
            assertEquals(101, client.message().status());
            assertEquals("\0earlylate", client.bytes(10));
        }
    }

    @Test
    void theEndOfATunnelIsPassedOnEachWay() throws Exception {
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.head();
                    wire.send(SWITCHED);
                    String all = wire.rest();
                    wire.send("heard " + all.length());
                });
                Wire client = rig.connect()) {
            client.send(UPGRADE);
            assertEquals(101, client.message().status());
            client.send(new byte[3_000_000]).finish();
            assertEquals("heard 3000000", client.rest());
        }
    }

    @Test
    void aResetOfATunnelEndsItsOtherSide() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.head();
                    wire.send(SWITCHED);
                    wire.end();
                    ended.countDown();
                });
                Wire client = rig.connect()) {
            client.send(UPGRADE);
            assertEquals(101, client.message().status());
            client.reset();
            ended.await();
        }
    }

    @Test
    void endedTunnelsGiveTheirPlacesBack() throws Exception {
        try (WireRig rig = WireRig.with().originConnections(2, 2).before((wire, number) -> {
            for (String head = wire.head(); head != null; head = wire.head()) {
                wire.send(head.contains("/socket") ? SWITCHED : HELLO);
            }
        })) {
            for (int i = 0; i < 5; i++) {
                try (Wire client = rig.connect()) {
                    client.send(UPGRADE);
                    assertEquals(101, client.message().status());
                    assertEquals("hello", rig.ask(get("/x")).body(), "an open tunnel is in nobody's way");
                }
            }
        }
    }

    @Test
    void aRefusedUpgradeIsAnAnswerLikeAnyOther() throws Exception {
        try (WireRig rig = WireRig.before(WireOrigin.answering(HELLO));
                Wire client = rig.connect()) {
            client.send(UPGRADE + get("/x"));
            assertEquals("hello", client.message().body());
            assertEquals("hello", client.message().body());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "HTTP/2.0", "TLS/1.2", "websocket, h2c"})
    void anUpgradeToAnotherHttpIsNotPassedOn(String protocol) throws Exception {
        var requests = new ConcurrentLinkedQueue<Wire.Message>();
        try (WireRig rig = WireRig.before(WireOrigin.recording(requests, HELLO))) {
            Wire.Message answer = rig.ask(get(
                    "/x",
                    "Connection: Upgrade, HTTP2-Settings",
                    "Upgrade: " + protocol,
                    "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA"));
            assertEquals("hello", answer.body());
            Wire.Message request = requests.remove();
            assertEquals(List.of(), request.all("Upgrade"));
            assertEquals(List.of(), request.all("HTTP2-Settings"));
            assertFalse(request.field("Connection").contains("pgrade"));
        }
    }
}
