package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Until;
import dev.larder.rig.Wire;
import dev.larder.rig.WireOrigin;
import dev.larder.rig.WireRig;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer that is malformed, cut short or followed by something unasked: 502, nothing stored, nothing reused. */
class OriginFramingTest {

    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private record Probe(String name, String answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: courses.test\r\n\r\n";
    }

    private static Probe fields(String name, String fields) {
        return new Probe(name, "HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\nhello");
    }

    static List<Probe> malformedHeads() {
        return List.of(
                new Probe("no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
                new Probe("HTTP/0.9", "<html>hello</html>"),
                new Probe("HTTP/2.0", "HTTP/2.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
                new Probe("HTTP/1.2", "HTTP/1.2 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
                new Probe("a status that is no number", "HTTP/1.1 2x0 OK\r\nContent-Length: 5\r\n\r\nhello"),
                new Probe("a status below 100", "HTTP/1.1 99 X\r\nContent-Length: 5\r\n\r\nhello"),
                new Probe("a status of four digits", "HTTP/1.1 2000 X\r\nContent-Length: 5\r\n\r\nhello"),
                new Probe("a negative status", "HTTP/1.1 -200 X\r\nContent-Length: 5\r\n\r\nhello"),
                new Probe("a bare CR behind the status", "HTTP/1.1 200\rOK\r\nContent-Length: 5\r\n\r\nhello"),
                new Probe("a bare CR before the reason", "HTTP/1.1 200 \r \r\nContent-Length: 5\r\n\r\nhello"),
                new Probe("two blanks before the status", "HTTP/1.1  200 OK\r\nContent-Length: 5\r\n\r\nhello"),
                new Probe("a tab before the status", "HTTP/1.1\t200 OK\r\nContent-Length: 5\r\n\r\nhello"),
                new Probe("a NUL in the reason", "HTTP/1.1 200 O\0K\r\nContent-Length: 5\r\n\r\nhello"),
                new Probe("an empty line before the status", "\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
                fields("a name without a colon behind a blank", "X-A 1\r\nContent-Length: 5"),
                fields("another word before the colon", "Transfer-Encoding x: chunked\r\nX-A: 1"),
                fields("a blank before the colon", "X-A : 1\r\nContent-Length: 5"),
                new Probe("no status", "HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"),
                new Probe("a 101 that was not asked for", "HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\n"),
                fields("a length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
                fields("two lengths", "Content-Length: 5\r\nContent-Length: 6"),
                fields("a list of lengths", "Content-Length: 5, 6"),
                fields("a length with a plus", "Content-Length: +5"),
                fields("a negative length", "Content-Length: -5"),
                fields("a length that is no number", "Content-Length: five"),
                fields("a length beyond all bounds", "Content-Length: 99999999999999999999"),
                fields("an empty length", "Content-Length:"),
                fields("another coding", "Transfer-Encoding: gzip"),
                fields("gzip before chunked", "Transfer-Encoding: gzip, chunked"),
                fields("chunked before gzip", "Transfer-Encoding: chunked, gzip"),
                fields("chunked twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
                fields("something like chunked", "Transfer-Encoding: xchunked"),
                fields("identity", "Transfer-Encoding: identity"),
                new Probe(
                        "two lengths in HTTP/1.0",
                        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
                new Probe("chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                fields("a field without a colon", "X-A\r\nContent-Length: 5"),
                fields("a field without a name", ": 1\r\nContent-Length: 5"),
                fields("a NUL in a value", "X-A: 1\0002\r\nContent-Length: 5"),
                fields("a bare CR in a value", "X-A: 1\rSet-Cookie: a=1\r\nContent-Length: 5"),
                fields("a bare LF", "X-A: 1\nContent-Length: 5"),
                fields("a head without end", "X-A: " + "x".repeat(40_000)),
                new Probe("a head that is cut short", "HTTP/1.1 200 OK\r\nContent-"),
                new Probe("nothing", ""));
    }

    @ParameterizedTest
    @MethodSource("malformedHeads")
    void isAnsweredWith502AndNothingIsStoredOrReused(Probe probe) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.message();
                    asked.incrementAndGet();
                    wire.send(probe.answer());
                    if (probe.name().contains("nothing")
                            || probe.name().contains("cut short")
                            || probe.name().contains("0.9")) {
                        return;
                    }
                    wire.end();
                });
                Wire client = rig.connect()) {
            for (String target : List.of("/items/1", "/items/1", "/x")) {
                Wire.Message answer = client.send(get(target)).message();
                assertEquals(502, answer.status(), answer.head());
                assertTrue(answer.field("Proxy-Status").startsWith("larder; error="), answer.head());
                assertFalse(answer.field("Cache-Status").contains("hit"), answer.head());
                assertFalse(answer.body().contains("hello"));
            }
            assertEquals(3, asked.get());
            assertEquals(3, rig.origin().connections(), "a connection in doubt is not used again");
        }
    }

    static List<Probe> brokenBodies() {
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
        return List.of(
                new Probe("a length not reached", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello"),
                new Probe("no last chunk", chunked),
                new Probe("a chunk cut short", chunked + "5\r\nhe"),
                new Probe("trailers cut short", chunked + "0\r\nX-A: 1\r\n"),
                new Probe("a last chunk cut short", chunked + "0\r\n"),
                new Probe("a chunk size that is no number", chunked + "x\r\nhello\r\n0\r\n\r\n"),
                new Probe("a negative chunk size", chunked + "-5\r\nhello\r\n0\r\n\r\n"),
                new Probe("a chunk longer than it says", chunked + "4\r\nhello\r\n0\r\n\r\n"),
                new Probe("a bare LF behind a chunk", chunked + "5\r\nhello\n0\r\n\r\n"),
                new Probe("a trailer with a blank for a colon", chunked + "0\r\nX-A 1\r\n\r\n"),
                new Probe("a bare CR in a trailer that is dropped", chunked + "0\r\nContent-Length: 5\r\r\n\r\n"),
                new Probe("a malformed trailer", chunked + "0\r\nX-A\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("brokenBodies")
    void aBodyThatBreaksIsCutOffAndNeverStored(Probe probe) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (WireRig rig = WireRig.before((wire, number) -> {
            wire.message();
            asked.incrementAndGet();
            wire.send(probe.answer());
        })) {
            for (String target : List.of("/items/1", "/items/1", "/x")) {
                try (Wire client = rig.connect()) {
                    client.send(get(target));
                    String head = client.head();
                    assertTrue(head.startsWith("HTTP/1.1 200"), head);
                    assertFalse(head.contains("larder; hit"), head);
                    String rest = client.rest();
                    assertTrue(rest.contains("hello"), "what came before is passed on: " + rest);
                    assertFalse(rest.endsWith("0\r\n\r\n"), "no last chunk of larder's own: " + rest);
                }
            }
            assertEquals(3, asked.get(), "nothing was stored");
        }
    }

    @Test
    void anAnswerWithoutLengthThatEndsWithAResetIsNotWholeAndNotStored() throws Exception {
        CountDownLatch seen = new CountDownLatch(2);
        try (WireRig rig = WireRig.before((wire, number) -> {
            wire.message();
            wire.send("HTTP/1.1 200 OK\r\n\r\nhello");
            seen.await();
            wire.reset();
        })) {
            try (Wire first = rig.connect();
                    Wire second = rig.connect()) {
                first.send(get("/items/1"));
                second.send(get("/x"));
                for (Wire client : List.of(first, second)) {
                    client.head();
                    assertEquals("hello", client.chunk());
                    seen.countDown();
                }
                assertNull(first.line());
                assertNull(second.line());
            }
            assertEquals("larder; fwd=uri-miss; stored", statusOf(rig), "the first was not stored");
        }
    }

    private static String statusOf(WireRig rig) throws IOException {
        try (Wire client = rig.connect()) {
            return new Wire.Message(client.send(get("/items/1")).head(), "").field("Cache-Status");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // An extra answer, complete or not, with the answer or a body where there is none.
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 O",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhellox",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 204 No\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
                "HTTP/1.1 204 No\r\nContent-Length: 4\r\n\r\nevil",
                "HTTP/1.1 304 No\r\nContent-Length: 4\r\n\r\nevil"
            })
    void nothingBehindAnAnswerIsTakenForTheNext(String answer) throws Exception {
        try (WireRig rig = WireRig.with().originConnections(1, 8).before((wire, number) -> {
                    while (wire.message() != null) {
                        wire.send(number == 1 ? answer : HELLO);
                    }
                });
                Wire first = rig.connect();
                Wire second = rig.connect()) {
            // The second waits for the connection of the first, and must not get what the origin put behind its answer.
            first.send(get("/a"));
            second.send(get("/b"));
            assertTrue(Integer.toString(first.message().status()).matches("200|204|304"));
            assertEquals("hello", second.message().body());
            assertEquals("hello", first.send(get("/c")).message().body());
            assertEquals(2, rig.origin().connections());
        }
    }

    @Test
    void aBodyBehindAnAnswerToHeadIsNotTakenForTheNextAnswer() throws Exception {
        try (WireRig rig = WireRig.before((wire, number) -> {
                    while (wire.message() != null) {
                        wire.send(HELLO);
                    }
                });
                Wire client = rig.connect()) {
            client.send("HEAD /x HTTP/1.1\r\nHost: courses.test\r\n\r\n" + get("/x"));
            assertEquals("5", client.message(true).field("Content-Length"));
            assertEquals("hello", client.message().body());
            assertEquals(2, rig.origin().connections());
        }
    }

    @Test
    void anAnswerToHeadWithALengthAndChunksIsMalformedAsWell() throws Exception {
        try (WireRig rig = WireRig.before(WireOrigin.answering(
                        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"));
                Wire client = rig.connect()) {
            client.send("HEAD /x HTTP/1.1\r\nHost: courses.test\r\n\r\n");
            assertEquals(502, client.message(true).status());
        }
    }

    @Test
    void whatAnOriginSaysUnaskedEndsItsConnection() throws Exception {
        CountDownLatch said = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.message();
                    wire.send(HELLO);
                    said.await();
                    wire.send("HTTP/1.1 408 Timeout\r\nContent-Length: 4\r\n\r\nevil");
                    wire.end();
                    ended.incrementAndGet();
                });
                Wire client = rig.connect()) {
            assertEquals("hello", client.send(get("/x")).message().body());
            said.countDown();
            Until.holds("the exchange has ended", () -> ended.get() == 1);
            assertEquals("hello", client.send(get("/x")).message().body());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: h2c",
                "Upgrade: websocket, h2c",
                "Upgrade:",
                "X-A: 1",
                "Upgrade: websocket\r\nContent-Length: 5\r\nTransfer-Encoding: chunked"
            })
    void aSwitchToWhatWasNotAskedForIsA502(String fields) throws Exception {
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.message();
                    wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n" + fields + "\r\n\r\nhello");
                    wire.end();
                });
                Wire client = rig.connect()) {
            client.send("GET /x HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertEquals(502, client.message().status());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-4/9\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Range: bytes 0-4/9\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n",
                "HTTP/1.1 416 No\r\nContent-Range: bytes */9\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 204 No\r\n\r\n",
                "HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 777 Lucky\r\nContent-Length: 5\r\n\r\nhello"
            })
    void anAnswerToSomethingElseIsNotStored(String answer) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (WireRig rig = WireRig.before((wire, number) -> {
                    while (wire.message() != null) {
                        asked.incrementAndGet();
                        wire.send(answer);
                    }
                });
                Wire client = rig.connect()) {
            for (int i = 1; i <= 3; i++) {
                Wire.Message got = client.send(get("/items/1")).message();
                assertFalse(got.field("Cache-Status").contains("hit"), got.head());
                assertEquals(i, asked.get());
            }
        }
    }

    @Test
    void viaNamesTheVersionInWhichAStoredAnswerCame() throws Exception {
        try (WireRig rig = WireRig.before(WireOrigin.answering("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
                Wire client = rig.connect()) {
            assertEquals("1.0 larder", client.send(get("/items/1")).message().field("Via"));
            Wire.Message hit = client.send(get("/items/1")).message();
            assertTrue(hit.field("Cache-Status").startsWith("larder; hit"), hit.head());
            assertEquals("1.0 larder", hit.field("Via"));
        }
    }

    @Test
    void aFloodOfInterimAnswersIsBounded() throws Exception {
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.message();
                    for (int i = 0; i < 10_000; i++) {
                        wire.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
                    }
                });
                Wire client = rig.connect()) {
            client.send(get("/x"));
            int interim = 0;
            Wire.Message answer = client.message();
            for (; answer.status() == 103; answer = client.message()) {
                interim++;
            }
            assertEquals(502, answer.status());
            assertTrue(interim <= 32, interim + " interim answers");
        }
    }

    @Test
    void anInterimAnswerIsNoAnswer() throws Exception {
        try (WireRig rig = WireRig.before((wire, number) -> {
                    wire.message();
                    wire.send("HTTP/1.1 103 Early Hints\r\n\r\n");
                });
                Wire client = rig.connect()) {
            client.send(get("/x"));
            assertEquals(103, client.message().status());
            assertEquals(502, client.message().status());
        }
    }

    @Test
    void aWholeAnswerOfHttp10PassesAndItsConnectionIsNotReused() throws Exception {
        try (WireRig rig = WireRig.before(WireOrigin.answering("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
                Wire client = rig.connect()) {
            for (int i = 1; i <= 2; i++) {
                assertEquals("hello", client.send(get("/x")).message().body());
                assertEquals(i, rig.origin().connections());
            }
        }
    }
}
