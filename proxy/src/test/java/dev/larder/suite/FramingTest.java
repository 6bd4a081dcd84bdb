package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Until;
import dev.larder.rig.Wire;
import dev.larder.rig.WireOrigin;
import dev.larder.rig.WireRig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A request that two parsers could read differently is refused, and the backend never sees it (RFC 9112). */
class FramingTest {

    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private static WireRig rig;
    private static final ConcurrentLinkedQueue<Wire.Message> SEEN = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws Exception {
        rig = WireRig.before(WireOrigin.recording(SEEN, HELLO));
    }

    @AfterAll
    static void end() {
        rig.close();
    }

    private record Probe(String name, String bytes, Integer... statuses) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Probe head(String name, int status, String line, String... fields) {
        return new Probe(name, line + "\r\n" + lines(fields) + "\r\n", status);
    }

    private static Probe field(String name, int status, String... fields) {
        return new Probe(name, "GET /x HTTP/1.1\r\nHost: a.test\r\n" + lines(fields) + "\r\n", status);
    }

    private static Probe body(String name, int status, String fields, String body) {
        return new Probe(name, "POST /x HTTP/1.1\r\nHost: a.test\r\n" + fields + "\r\n\r\n" + body, status);
    }

    private static Probe chunks(String name, String body) {
        return body(name, 400, "Transfer-Encoding: chunked", body);
    }

    private static String lines(String... fields) {
        StringBuilder lines = new StringBuilder();
        for (String field : fields) {
            lines.append(field).append("\r\n");
        }
        return lines.toString();
    }

    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n";

    static List<Probe> refusedRequests() {
        List<Probe> probes = new ArrayList<>();
        probes.addAll(List.of(
                // The request line.
                head("CONNECT", 501, "CONNECT a.test:443 HTTP/1.1", "Host: a.test"),
                head("GET *", 400, "GET * HTTP/1.1", "Host: a.test"),
                head("a relative target", 400, "GET x HTTP/1.1", "Host: a.test"),
                head("a target in authority form", 400, "GET a.test:80 HTTP/1.1", "Host: a.test"),
                head("a target of another scheme", 400, "GET ftp://a.test/ HTTP/1.1", "Host: a.test"),
                head("an absolute target against Host", 400, "GET http://b.test/ HTTP/1.1", "Host: a.test"),
                head("user information in a target", 400, "GET http://u@a.test/ HTTP/1.1", "Host: a.test"),
                head("an empty authority", 400, "GET http:///x HTTP/1.1", "Host: a.test"),
                head("an empty authority in HTTP/1.0", 400, "GET http:///x HTTP/1.0"),
                head("a fragment", 400, "GET /x#y HTTP/1.1", "Host: a.test"),
                head("a blank in the target", 400, "GET /x y HTTP/1.1", "Host: a.test"),
                head("a control character in the target", 400, "GET /x\u0001y HTTP/1.1", "Host: a.test"),
                head("a NUL in the target", 400, "GET /x\0y HTTP/1.1", "Host: a.test"),
                head("a tab in the request line", 400, "GET\t/x\tHTTP/1.1", "Host: a.test"),
                head("a form feed in the request line", 400, "GET /x\fHTTP/1.1", "Host: a.test"),
                head("a byte above ASCII in the target", 400, "GET /\u00e4 HTTP/1.1", "Host: a.test"),
                head("a DEL in the target", 400, "GET /x\u007f HTTP/1.1", "Host: a.test"),
                head("two blanks in the request line", 400, "GET  /x HTTP/1.1", "Host: a.test"),
                head("a blank behind the version", 400, "GET /x HTTP/1.1 ", "Host: a.test"),
                head("a blank before the method", 400, " GET /x HTTP/1.1", "Host: a.test"),
                head("a NUL before the method", 400, "\0GET /x HTTP/1.1", "Host: a.test"),
                head("a method that is no token", 400, "GE(T /x HTTP/1.1", "Host: a.test"),
                head("a method with a bracket", 400, "G[T] /x HTTP/1.1", "Host: a.test"),
                head("HTTP/0.9", 400, "GET /x"),
                head("HTTP/0.9 with its version", 505, "GET /x HTTP/0.9", "Host: a.test"),
                head("HTTP/2.0", 505, "GET /x HTTP/2.0", "Host: a.test"),
                head("HTTP/1.2", 505, "GET /x HTTP/1.2", "Host: a.test"),
                head("HTTP/1.10", 400, "GET /x HTTP/1.10", "Host: a.test"),
                head("a version in small letters", 400, "GET /x http/1.1", "Host: a.test"),
                head("a version partly in small letters", 400, "GET /x HTtP/1.1", "Host: a.test"),
                head("another protocol", 400, "GET /x XTTP/1.1", "Host: a.test"),
                new Probe("a bare CR before the method", "\rGET /x HTTP/1.1\r\nHost: a.test\r\n\r\n", 400),
                new Probe("a bare CR before an empty line", "\r\r\nGET /x HTTP/1.1\r\nHost: a.test\r\n\r\n", 400),
                new Probe("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
                new Probe("a TLS hello", "\u0016\u0003\u0001\u0000\u00a5\u0001\u0000\u0000\u00a1\r\n\r\n", 400),
                head("a request line without end", 414, "GET /" + "x".repeat(9000) + " HTTP/1.1", "Host: a.test"),
                // Host.
                head("no Host", 400, "GET /x HTTP/1.1"),
                head("two Hosts", 400, "GET /x HTTP/1.1", "Host: a.test", "Host: b.test"),
                head("the same Host twice", 400, "GET /x HTTP/1.1", "Host: a.test", "Host: a.test"),
                head("two Hosts in HTTP/1.0", 400, "GET /x HTTP/1.0", "Host: a.test", "Host: b.test"),
                head("an empty Host", 400, "GET /x HTTP/1.1", "Host:"),
                head("a list of Hosts", 400, "GET /x HTTP/1.1", "Host: a.test, b.test"),
                head("a path in Host", 400, "GET /x HTTP/1.1", "Host: a.test/y"),
                head("user information in Host", 400, "GET /x HTTP/1.1", "Host: u@a.test"),
                head("a port that is no number", 400, "GET /x HTTP/1.1", "Host: a.test:b"),
                head("a blank in Host", 400, "GET /x HTTP/1.1", "Host: a.test b.test"),
                head("a quote in Host", 400, "GET /x HTTP/1.1", "Host: a\"b")));
        probes.addAll(List.of(
                // Field lines.
                field("a blank before the colon", 400, "X-A : 1"),
                field("a tab before the colon", 400, "X-A\t: 1"),
                field("no colon", 400, "X-A"),
                field("an empty name", 400, ": 1"),
                field("a name that is no token", 400, "X(A: 1"),
                field("a name with a NUL", 400, "X\0A: 1"),
                field("a name above ASCII", 400, "X\u00e4: 1"),
                field("a NUL in a value", 400, "X-A: 1\0002"),
                field("a bare CR in a value", 400, "X-A: 1\r2"),
                field("a bare CR that ends a value", 400, "X-A: 1\rX-B: 2"),
                field("a vertical tab in a value", 400, "X-A: 1\u000b2"),
                field("a folded line", 400, "X-A: 1", " 2"),
                field("a line folded by a tab", 400, "X-A: 1", "\t2"),
                new Probe("a first field line that is folded", "GET /x HTTP/1.1\r\n Host: a.test\r\n\r\n", 400),
                new Probe(
                        "a folded line of a request behind an empty line",
                        "\r\nGET /x HTTP/1.1\r\nHost: a.test\r\nX-A: 1\r\n 2\r\n\r\n",
                        400),
                new Probe("a blank before Host", "GET /x HTTP/1.1\r\n Host: a.test\r\nHost: a.test\r\n\r\n", 400),
                new Probe("bare LFs", "GET /x HTTP/1.1\nHost: a.test\n\n", 400),
                new Probe("a bare LF behind a field", "GET /x HTTP/1.1\r\nX-A: 1\nHost: a.test\r\n\r\n", 400),
                new Probe("a bare LF that ends the head", "GET /x HTTP/1.1\r\nHost: a.test\r\n\n", 400),
                new Probe("a bare CR behind the request line", "GET /x HTTP/1.1\rHost: a.test\r\n\r\n", 400),
                new Probe("bare CRs", "GET /x HTTP/1.1\rHost: a.test\r\r", 400),
                field("a head without end", 431, "X-A: " + "x".repeat(40_000)),
                field("too many fields", 431, "X-A: 1\r\n".repeat(6000) + "X-B: 1"),
                field("an expectation that nobody knows", 417, "Expect: 200-ok"),
                field("an expectation twice", 417, "Expect: 100-continue", "Expect: 100-continue")));
        probes.addAll(List.of(
                // Framing.
                body(
                        "a length and chunks",
                        400,
                        "Content-Length: 4\r\nTransfer-Encoding: chunked",
                        "0\r\n\r\n" + SMUGGLED),
                body("chunks and a length", 400, "Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n"),
                body("a length and another coding", 400, "Content-Length: 5\r\nTransfer-Encoding: xchunked", "abcde"),
                body("two lengths", 400, "Content-Length: 5\r\nContent-Length: 6", "abcde" + SMUGGLED),
                body("two equal lengths", 400, "Content-Length: 5\r\nContent-Length: 5", "abcde"),
                body("a list of lengths", 400, "Content-Length: 5, 6", "abcde"),
                body("a length with a plus", 400, "Content-Length: +5", "abcde"),
                body("a negative length", 400, "Content-Length: -1", "abcde"),
                body("a hexadecimal length", 400, "Content-Length: 0x5", "abcde"),
                body("a length with a blank", 400, "Content-Length: 5 5", "abcde"),
                body("an empty length", 400, "Content-Length:", "abcde"),
                body("a length beyond all bounds", 400, "Content-Length: 99999999999999999999", "abcde"),
                body("a length in other digits", 400, "Content-Length: \u00b2", "ab"),
                body("a length that is a fraction", 400, "Content-Length: 5.0", "abcde"),
                body("another coding", 400, "Transfer-Encoding: gzip", "abc"),
                body("gzip before chunked", 501, "Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
                body("chunked before identity", 400, "Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
                body("chunked before gzip", 400, "Transfer-Encoding: chunked, gzip", "0\r\n\r\n"),
                body(
                        "chunked twice",
                        400,
                        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                        "0\r\n\r\n" + SMUGGLED),
                body(
                        "chunked and identity",
                        400,
                        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                        "0\r\n\r\n"),
                body("something like chunked", 400, "Transfer-Encoding: xchunked", "0\r\n\r\n"),
                body("quoted chunked", 400, "Transfer-Encoding: \"chunked\"", "0\r\n\r\n"),
                body("an empty coding", 400, "Transfer-Encoding:", "0\r\n\r\n"),
                body("a coding behind a vertical tab", 400, "Transfer-Encoding: \u000bchunked", "0\r\n\r\n"),
                new Probe(
                        "chunks in HTTP/1.0",
                        "POST /x HTTP/1.0\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        400),
                new Probe(
                        "two lengths in HTTP/1.0",
                        "POST /x HTTP/1.0\r\nHost: a.test\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
                        400),
                new Probe(
                        "a length and an empty one in HTTP/1.0",
                        "POST /x HTTP/1.0\r\nHost: a.test\r\nContent-Length: 5\r\nContent-Length:\r\n\r\nabcde",
                        400),
                // The first chunk.
                chunks("a chunk size that is no number", "x\r\nabc\r\n0\r\n\r\n"),
                chunks("a negative chunk size", "-1\r\nabc\r\n0\r\n\r\n"),
                chunks("a chunk size with a plus", "+3\r\nabc\r\n0\r\n\r\n"),
                chunks("a chunk size with 0x", "0x3\r\nabc\r\n0\r\n\r\n"),
                chunks("an empty chunk size", "\r\nabc\r\n0\r\n\r\n"),
                chunks("a chunk size beyond all bounds", "ffffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
                chunks("a chunk size of 2 to the 32nd and 3", "100000003\u00b9\r\nabc\r\n0\r\n\r\n"),
                chunks("a chunk size behind a blank", " 3\r\nabc\r\n0\r\n\r\n"),
                chunks("a bare LF behind the chunk size", "3\nabc\r\n0\r\n\r\n"),
                chunks("a bare CR behind the chunk size", "3\rabc\r\n0\r\n\r\n"),
                chunks("a bare LF in a chunk extension", "3;a\nabc\r\n0\r\n\r\n")));
        return probes;
    }

    @ParameterizedTest
    @MethodSource("refusedRequests")
    void isRefusedAndTheBackendSeesNothing(Probe probe) throws Exception {
        SEEN.clear();
        try (Wire client = rig.connect()) {
            // What a hurried client pipelines behind it must not be read as a request, either.
            client.send(probe.bytes() + SMUGGLED);
            Wire.Message answer = client.message();
            assertNotNull(answer, "an answer says why");
            assertTrue(
                    Set.of(probe.statuses()).contains(answer.status()),
                    () -> "expected " + Arrays.toString(probe.statuses()) + ", got " + answer.start() + ": "
                            + answer.body());
            assertEquals("close", answer.field("Connection"));
            assertEquals("larder; detail=refused", answer.field("Cache-Status"));
            assertNull(client.message(), "the connection is closed behind it");
            assertEquals(List.of(), List.copyOf(SEEN), "the backend has not been asked");
            assertEquals(0, rig.origin().connections(), "nor connected to");
        }
    }

    @Test
    void thereAreEnoughProbes() {
        assertTrue(refusedRequests().size() >= 100);
    }

    // ---- bodies that break later -------------------------------------------------------------------------------

    static List<String> brokenRests() {
        return List.of(
                "x\r\n",
                "-1\r\n",
                "3;" + "a".repeat(10_000) + "\r\nabc\r\n0\r\n\r\n",
                "3\r\nabcd\r\n0\r\n\r\n",
                "3\r\nabc\n0\r\n\r\n",
                "3\r\nabc\r0\r\n\r\n",
                "0\r\nX-A : 1\r\n\r\n",
                "0\r\n X-A: 1\r\n\r\n",
                "0\r\nX-A: 1\r\n 2\r\n\r\n",
                "0\r\nX-A: 1\r\n\t\r\n\r\n",
                "0\r\nContent-Length: 5\r\r\n\r\n",
                "0\r\nX-A: 1\n\r\n",
                "0\r\n" + "X-A: 1\r\n".repeat(6000) + "\r\n");
    }

    @ParameterizedTest
    @MethodSource("brokenRests")
    void aBodyThatBreaksIsCutOffForTheOriginAndRefused(String rest) throws Exception {
        var seen = new ConcurrentLinkedQueue<String>();
        try (WireRig own = WireRig.before((wire, number) -> {
                    wire.head();
                    try {
                        for (String chunk = wire.chunk(); !chunk.isEmpty(); chunk = wire.chunk()) {
                            seen.add(chunk);
                        }
                        String trailers = wire.trailers();
                        seen.add(trailers == null ? "cut" : "whole");
                    } catch (Exception cut) {
                        seen.add("cut");
                    }
                });
                Wire client = own.connect()) {
            client.send("POST /x HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
            Until.holds("the first has been seen", () -> seen.contains("first"));
            client.send(rest + SMUGGLED);
            Wire.Message answer = client.message();
            assertEquals(400, answer.status());
            assertNull(client.message());
            Until.holds("the cut has been seen", () -> seen.contains("cut"));
            assertTrue(!seen.contains("whole"), seen::toString);
        }
    }

    // ---- what is odd, and still one thing only -----------------------------------------------------------------

    static List<Probe> acceptedRequests() {
        return List.of(
                field("blanks around a value", 200, "X-A: \t 1 \t "),
                field("an empty value", 200, "X-A:"),
                new Probe("an empty line before the request", "\r\n\r\nGET /x HTTP/1.1\r\nHost: a.test\r\n\r\n", 200),
                head("a port", 200, "GET /x HTTP/1.1", "Host: a.test:8080"),
                head("an IPv6 address", 200, "GET /x HTTP/1.1", "Host: [::1]:8080"),
                body("a length with leading zeros", 200, "Content-Length: 003", "abc"),
                body("chunked in capitals", 200, "Transfer-Encoding: CHUNKED", "3\r\nabc\r\n0\r\n\r\n"),
                body("a chunk extension", 200, "Transfer-Encoding: chunked", "3;a=\"b\"\r\nabc\r\n0;x\r\n\r\n"),
                body(
                        "a chunk size with leading zeros",
                        200,
                        "Transfer-Encoding: chunked",
                        "0003\r\nabc\r\n000\r\n\r\n"),
                field("a body on GET", 200, "Content-Length: 0"));
    }

    @ParameterizedTest
    @MethodSource("acceptedRequests")
    void isUnderstoodAndWhatFollowsAsWell(Probe probe) throws Exception {
        var requests = new ConcurrentLinkedQueue<Wire.Message>();
        try (WireRig own = WireRig.before(WireOrigin.recording(requests, HELLO));
                Wire client = own.connect()) {
            client.send(probe.bytes() + "GET /next HTTP/1.1\r\nHost: a.test\r\n\r\n");
            assertEquals(200, client.message().status());
            assertEquals(200, client.message().status());
            assertEquals(2, requests.size());
            Wire.Message first = requests.remove();
            assertEquals(probe.bytes().contains("abc") ? "abc" : "", first.body());
            assertEquals("GET /next HTTP/1.1", requests.remove().start());
        }
    }

    @Test
    void anEmptyLineBeforeTheRequestMayComeInPieces() throws Exception {
        try (Wire client = rig.connect()) {
            SEEN.clear();
            client.send("GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n\r");
            assertEquals(200, client.message().status());
            client.send("\nGET /next HTTP/1.1\r\nHost: a.test\r\n\r\n");
            assertEquals(200, client.message().status());
            assertEquals(2, SEEN.size());
        }
    }

    @Test
    void aBareCrBeforeTheRequestIsRefusedInPiecesAsWell() throws Exception {
        try (Wire client = rig.connect()) {
            SEEN.clear();
            client.send("GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n\r");
            assertEquals(200, client.message().status());
            client.send("GET /next HTTP/1.1\r\nHost: a.test\r\n\r\n");
            assertEquals(400, client.message().status());
            assertEquals(1, SEEN.size());
        }
    }

    @Test
    void whatIsPipelinedBehindAnUpgradeIsAnsweredThoughItsSenderHasEnded() throws Exception {
        try (Wire client = rig.connect()) {
            SEEN.clear();
            client.send("GET /x HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
                    + "GET /next HTTP/1.1\r\nHost: a.test\r\n\r\n");
            client.finish();
            assertEquals(200, client.message().status());
            assertEquals(200, client.message().status());
            assertNull(client.message());
            assertEquals(2, SEEN.size());
        }
    }
}
