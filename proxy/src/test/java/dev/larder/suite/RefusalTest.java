package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.RawClient;
import dev.larder.rig.Until;
import dev.larder.rig.Wire;
import dev.larder.rig.WireOrigin;
import dev.larder.rig.WireRig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A refused request among others: in its order, in time, and told to whoever watches. */
class RefusalTest {

    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String POST =
            "POST /x HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";

    @ParameterizedTest
    @ValueSource(strings = {GET, POST})
    void comesInItsOrderAndIsTheLast(String before) throws Exception {
        var seen = new ConcurrentLinkedQueue<Wire.Message>();
        try (WireRig rig = WireRig.before(WireOrigin.recording(seen, HELLO));
                Wire client = rig.connect()) {
            client.send(before + "GET /x HTTP/1.1\r\nHost : a.test\r\n\r\n" + GET);
            assertEquals("hello", client.message().body());
            assertEquals(400, client.message().status());
            assertNull(client.message());
            assertEquals(1, seen.size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /x HT", "GET /x HTTP/1.1\r\nHost: a.t", "\r\n", "X"})
    void aLaterHeadThatTricklesIsGivenUpLikeTheFirstAndAnIdleConnectionIsNot(String part) throws Exception {
        try (WireRig rig =
                        WireRig.with().clientHead(Duration.ofMillis(1_500)).before(WireOrigin.answering(HELLO, HELLO));
                Wire idle = rig.connect().send(GET)) {
            assertEquals("hello", idle.message().body());
            trickles(rig, part);
            assertEquals("hello", idle.send(GET).message().body());
        }
    }

    private static void trickles(WireRig rig, String part) throws IOException {
        try (Wire slow = rig.connect()) {
            assertEquals("hello", slow.send(GET).message().body());
            slow.send(part);
            assertEquals(408, slow.message().status());
            assertNull(slow.message());
        }
    }

    @Test
    void aHeadThatBeganBehindTheLastRequestIsGivenUpAsWell() throws Exception {
        try (WireRig rig = WireRig.with().clientHead(Duration.ofMillis(1_500)).before(WireOrigin.answering(HELLO));
                Wire client = rig.connect()) {
            client.send(GET + "GET /x HT");
            assertEquals("hello", client.message().body());
            assertEquals(408, client.message().status());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, malformed, GET /x HTTP/1.1~Host : a.test~~",
        "400, host, GET /x HTTP/1.1~~",
        "400, target, GET x HTTP/1.1~Host: a.test~~",
        "505, version, GET /x HTTP/3.0~Host: a.test~~",
        "501, method, CONNECT a.test:80 HTTP/1.1~Host: a.test~~",
        "400, framing, POST /x HTTP/1.1~Host: a.test~Content_Length: 1~~",
        "417, expectation, GET /x HTTP/1.1~Host: a.test~Expect: x~~",
        "400, body, POST /x HTTP/1.1~Host: a.test~Transfer-Encoding: chunked~~x~"
    })
    void isCountedWithItsReasonAndNothingOfItsBytes(int status, String reason, String bytes) throws Exception {
        try (WireRig rig = WireRig.before(WireOrigin.answering(HELLO))) {
            assertEquals(status, rig.ask(bytes.replace("~", "\r\n")).status());
            Until.holds(
                    "counted",
                    () -> metrics(rig)
                            .contains("larder_requests_total{detail=\"" + reason
                                    + "\",result=\"refused\",route=\"-\",status=\"" + status / 100 + "xx\"} 1.0"));
            assertTrue(!metrics(rig).contains("a.test"));
        }
    }

    private static String metrics(WireRig rig) {
        try (RawClient admin = RawClient.connect(rig.sidecar().adminAddress())) {
            return admin.get("/metrics").text();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void anOptionsThatMayGoNoFurtherIsAnsweredHere() throws Exception {
        var seen = new ConcurrentLinkedQueue<Wire.Message>();
        try (WireRig rig = WireRig.before(WireOrigin.recording(seen, HELLO))) {
            assertEquals(
                    200,
                    rig.ask("OPTIONS * HTTP/1.1\r\nHost: a.test\r\nMax-Forwards: 0\r\n\r\n")
                            .status());
            assertEquals(0, seen.size());
        }
    }
}
