package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.larder.exchange.Disposition;
import dev.larder.exchange.Outcome;
import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.Target;
import dev.larder.key.CacheKey;
import dev.larder.observe.AccessLog;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a line says, and what it never does. */
class AccessLogTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";

    private final ListAppender<ILoggingEvent> seen = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger("larder.access");
    private Level before;

    @BeforeEach
    void watch() {
        before = log.getLevel();
        log.setLevel(Level.INFO);
        seen.start();
        log.addAppender(seen);
    }

    @AfterEach
    void leave() {
        log.detachAppender(seen);
        log.setLevel(before);
    }

    private static Outcome outcome(String method, String traceparent) {
        return new Outcome(
                new RequestHead(
                        method,
                        Target.parse("/items/planted-path?q=planted-query"),
                        "http",
                        "planted.example",
                        Fields.of("Cookie", "sid=planted-cookie", "traceparent", traceparent)),
                Optional.of("items"),
                new Disposition.Miss(Disposition.Miss.Why.URI_MISS, false, false, Optional.of("set-cookie")),
                200,
                Duration.ofNanos(1_234_567),
                Optional.of(Duration.ofMillis(1)),
                42,
                new CacheKey("items", new TreeMap<>(Map.of("id", "7")), "items:id:7"),
                null,
                false);
    }

    private String line(boolean json, Outcome outcome) {
        new AccessLog(json, 1, () -> 0.5, () -> Instant.EPOCH).ended(outcome);
        return seen.list.get(seen.list.size() - 1).getFormattedMessage();
    }

    @Test
    void aLineOfJsonHasKeyStatusReasonAndTimes() throws Exception {
        JsonNode line = new ObjectMapper().readTree(line(true, outcome("GET", PARENT)));
        assertEquals(
                new ObjectMapper()
                        .readTree(
                                "{\"time\":\"1970-01-01T00:00:00Z\",\"method\":\"GET\",\"route\":\"items\",\"key\":\"items:id:7\","
                                        + "\"status\":200,\"result\":\"miss\",\"reason\":\"set-cookie\",\"ms\":1.235,\"backendMs\":1.000,"
                                        + "\"bytes\":42,\"trace\":\"" + TRACE + "\"}"),
                line);
    }

    @Test
    void aLineOfTextHasTheSame() {
        assertEquals(
                "1970-01-01T00:00:00Z GET items 200 miss set-cookie 1.235ms 42B backend=1.000ms key=items:id:7 trace="
                        + TRACE,
                line(false, outcome("GET", PARENT)));
    }

    @Test
    void whatIsNoTraceIsNotWritten() {
        for (String other : List.of("planted-trace", PARENT.replace('4', 'x'), "", "00-" + TRACE)) {
            String line = line(true, outcome("GET", other));
            assertFalse(line.contains("trace"), line);
            assertFalse(line.contains("planted"), line);
        }
    }

    @Test
    void aMethodCannotEndALineOrAString() throws Exception {
        String line = line(true, outcome("GE\"T\n", PARENT));
        assertEquals("GE?T?", new ObjectMapper().readTree(line).get("method").asText());
        assertFalse(line.contains("\n"), line);
    }

    @Test
    void aSampleIsOfThatSize() {
        double[] next = {0};
        AccessLog some = new AccessLog(true, 0.25, () -> (next[0] += 0.1) % 1, () -> Instant.EPOCH);
        for (int i = 0; i < 1_000; i++) {
            some.ended(outcome("GET", PARENT));
        }
        assertTrue(seen.list.size() >= 190 && seen.list.size() <= 310, seen.list.size() + " of 1000");
        int before = seen.list.size();
        new AccessLog(true, 0, () -> 0, () -> Instant.EPOCH).ended(outcome("GET", PARENT));
        assertEquals(before, seen.list.size());
    }

    /** Trace context is passed on as it came, and no key depends on it. */
    @Test
    void aTraceIsPassedOnAndMakesNoOtherKey() throws Exception {
        List<String> got = new CopyOnWriteArrayList<>();
        String rules = """
                version: 1
                routes:
                  - { name: items, get: "/items/{id}", access: public, ttl: 60s }
                """;
        try (ProxyRig rig = ProxyRig.with(
                        rules,
                        (request, exchange) -> {
                            got.add(request.fields().get("traceparent") + " "
                                    + request.fields().get("tracestate"));
                            exchange.respond(200, "well");
                            return true;
                        },
                        Rigs::logging);
                RawClient client = rig.client()) {
            client.get("/items/1", "traceparent: " + PARENT, "tracestate: a=1,b=2");
            String second = client.get("/items/1", "traceparent: " + PARENT.replace('a', 'b'))
                    .cacheStatus();
            assertTrue(second.startsWith("larder; hit"), second);
            client.get("/elsewhere", "traceparent: " + PARENT);
        }
        assertEquals(List.of(PARENT + " a=1,b=2", PARENT + " null"), new ArrayList<>(got));
    }
}
