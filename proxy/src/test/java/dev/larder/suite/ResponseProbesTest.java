package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Probes;
import dev.larder.rig.Probes.Probe;
import dev.larder.rig.Wire;
import dev.larder.rig.WireRig;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Answers of an origin byte by byte, in tables: what is malformed is a 502, what breaks behind its head is cut off in
 * sight of the client, neither is stored, and their connections are not used again; what is only unusual arrives as the
 * table says, and whatever comes behind it never becomes the next answer.
 */
class ResponseProbesTest {

    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    static List<Probe> all(String verdict) {
        return Probes.of("response-head", "response-body", "response-passing").stream()
                .filter(probe -> probe.verdict().contains(verdict))
                .toList();
    }

    static List<Probe> malformed() {
        return all("502");
    }

    static List<Probe> cut() {
        return all("cut");
    }

    static List<Probe> passing() {
        return all("passes");
    }

    @Test
    void theTablesAreRead() {
        assertTrue(malformed().size() >= 100, () -> malformed().size() + " probes");
        assertTrue(cut().size() >= 40, () -> cut().size() + " probes");
        assertTrue(passing().size() >= 40, () -> passing().size() + " probes");
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: courses.test\r\n\r\n";
    }

    private static WireRig rig(Probe probe, AtomicInteger asked) throws Exception {
        return WireRig.before((wire, number) -> {
            wire.message();
            asked.incrementAndGet();
            wire.send(probe.bytes());
            if (!probe.ends()) {
                wire.end();
            }
        });
    }

    private static Wire.Message finalAnswer(Wire client, boolean toHead) throws IOException {
        Wire.Message answer = client.message(toHead);
        while (answer.status() < 200) {
            assertEquals("", answer.field("Content-Length"), "an interim answer has no body");
            answer = client.message(toHead);
        }
        return answer;
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void isAnsweredWith502AndNothingIsStoredOrReused(Probe probe) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (WireRig rig = rig(probe, asked);
                Wire client = rig.connect()) {
            for (String target : List.of("/items/1", "/items/1", "/x")) {
                client.send(get(target));
                Wire.Message answer = finalAnswer(client, false);
                assertEquals(502, answer.status(), answer.head());
                assertTrue(answer.field("Proxy-Status").startsWith("larder; error="), answer.head());
                assertFalse(answer.field("Cache-Status").contains("hit"), answer.head());
                assertFalse(answer.body().contains("hello"));
            }
            assertEquals(3, asked.get());
            assertEquals(3, rig.origin().connections(), "a connection in doubt is not used again");
        }
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void isAnsweredWith502ToAHeadAsWell(Probe probe) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (WireRig rig = rig(probe, asked);
                Wire client = rig.connect()) {
            client.send("HEAD /items/1 HTTP/1.1\r\nHost: courses.test\r\n\r\n");
            Wire.Message answer = finalAnswer(client, true);
            assertEquals(502, answer.status(), answer.head());
        }
    }

    @ParameterizedTest
    @MethodSource("cut")
    void isCutOffAndNeverStored(Probe probe) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (WireRig rig = rig(probe, asked)) {
            for (String target : List.of("/items/1", "/items/1", "/x")) {
                try (Wire client = rig.connect()) {
                    client.send(get(target));
                    String head = client.head();
                    assertFalse(head.contains("larder; hit"), head);
                    if (head.startsWith("HTTP/1.1 502")) {
                        continue;
                    }
                    assertTrue(head.startsWith("HTTP/1.1 200"), head);
                    String rest = client.rest();
                    assertFalse(rest.endsWith("0\r\n\r\n"), "no last chunk of larder's own: " + rest);
                    assertFalse(rest.contains("evil"), rest);
                    String length = new Wire.Message(head, "").field("Content-Length");
                    assertTrue(length.isEmpty() || rest.length() < Long.parseLong(length), rest);
                }
            }
            assertEquals(3, asked.get(), "nothing was stored");
            assertEquals(3, rig.origin().connections());
        }
    }

    @ParameterizedTest
    @MethodSource("passing")
    void passesAndNothingBehindItIsTakenForTheNextAnswer(Probe probe) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        boolean toHead = probe.verdict().contains("head");
        try (WireRig rig = WireRig.before((wire, number) -> {
                    while (wire.message() != null) {
                        if (asked.incrementAndGet() > 1) {
                            wire.send(HELLO);
                        } else {
                            wire.send(probe.bytes());
                            if (probe.ends()) {
                                return;
                            }
                        }
                    }
                });
                Wire client = rig.connect()) {
            client.send((toHead ? "HEAD" : "GET") + " /x HTTP/1.1\r\nHost: courses.test\r\n\r\n");
            Wire.Message answer = finalAnswer(client, toHead);
            String head = answer.head();
            List<String> lines = head.lines().toList();
            for (String line : probe.seen()) {
                assertTrue(lines.contains(line), () -> line + " is not in\n" + head);
            }
            for (String start : probe.unseen()) {
                assertFalse(
                        lines.stream().anyMatch(line -> line.regionMatches(true, 0, start, 0, start.length())),
                        () -> start + " is in\n" + head);
            }
            assertEquals(probe.body(), answer.body());
            assertEquals("hello", client.send(get("/next")).message().body());
            if (probe.verdict().contains("dropped")) {
                assertEquals(2, rig.origin().connections(), "its connection is not used again");
            }
        }
    }
}
