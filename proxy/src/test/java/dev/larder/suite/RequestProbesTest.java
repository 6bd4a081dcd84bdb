package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Probes;
import dev.larder.rig.Probes.Probe;
import dev.larder.rig.Wire;
import dev.larder.rig.WireOrigin;
import dev.larder.rig.WireRig;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests byte by byte, in tables: what two parsers could read differently is refused with this status, its connection
 * closed, and the backend sees nothing; what is only unusual arrives as the table says, and what follows it as well.
 */
class RequestProbesTest {

    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: a.test\r\n\r\n";

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

    private static List<Probe> all() {
        return Probes.of(
                "request-line",
                "request-host",
                "request-fields",
                "request-length",
                "request-coding",
                "request-chunks",
                "request-connection");
    }

    static List<Probe> refused() {
        return all().stream().filter(probe -> !probe.verdict().contains("200")).toList();
    }

    static List<Probe> passing() {
        return all().stream().filter(probe -> probe.verdict().contains("200")).toList();
    }

    @Test
    void theTablesAreRead() {
        assertTrue(refused().size() >= 200, () -> refused().size() + " probes");
        assertTrue(passing().size() >= 60, () -> passing().size() + " probes");
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefusedAndTheBackendSeesNothing(Probe probe) throws Exception {
        SEEN.clear();
        int connections = rig.origin().connections();
        try (Wire client = rig.connect()) {
            client.send(probe.ends() ? probe.bytes() : probe.bytes() + NEXT);
            if (probe.ends()) {
                client.finish();
            }
            Wire.Message answer = client.message(probe.bytes().startsWith("HEAD "));
            if (answer == null) {
                assertTrue(probe.verdict().contains("none"), "an answer says why");
            } else {
                assertTrue(
                        probe.verdict().contains(String.valueOf(answer.status())),
                        () -> "expected " + probe.verdict() + ", got " + answer.start() + ": " + answer.body());
                assertEquals("close", answer.field("Connection"));
                assertEquals("larder; detail=refused", answer.field("Cache-Status"));
                assertNull(client.message(), "the connection is closed behind it");
            }
            assertEquals(List.of(), List.copyOf(SEEN), "the backend has not been asked");
            assertEquals(connections, rig.origin().connections(), "nor connected to");
        }
    }

    @ParameterizedTest
    @MethodSource("passing")
    void isUnderstoodAndWhatFollowsAsWell(Probe probe) throws Exception {
        var requests = new ConcurrentLinkedQueue<Wire.Message>();
        try (WireRig own = WireRig.before(WireOrigin.recording(requests, HELLO));
                Wire client = own.connect()) {
            client.send(probe.bytes() + NEXT);
            boolean last = probe.verdict().contains("last");
            boolean toHead = probe.bytes().startsWith("HEAD ");
            Wire.Message answer = client.message(toHead);
            assertNotNull(answer);
            assertEquals(200, answer.status(), answer::head);
            Wire.Message next = client.message();
            if (last) {
                assertNull(next, "nothing is answered behind it");
            } else {
                assertEquals(200, next.status(), next::head);
            }
            assertEquals(last ? 1 : 2, requests.size());
            Wire.Message request = requests.remove();
            List<String> lines = request.head().lines().toList();
            for (String line : probe.seen()) {
                assertTrue(lines.contains(line), () -> line + " is not in\n" + request.head());
            }
            for (String start : probe.unseen()) {
                assertFalse(
                        lines.stream().anyMatch(line -> line.regionMatches(true, 0, start, 0, start.length())),
                        () -> start + " is in\n" + request.head());
            }
            assertEquals(probe.body(), request.body());
            if (!last) {
                assertEquals("GET /next HTTP/1.1", requests.remove().start());
            }
        }
    }
}
