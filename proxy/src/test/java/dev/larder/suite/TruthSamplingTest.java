package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.rig.Adjusted;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import dev.larder.settings.Settings;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code truth-sampling}: after a hit the backend is asked the same, and what it says is compared and dropped. */
class TruthSamplingTest {

    private static final Map<String, String> BODIES = new ConcurrentHashMap<>();
    private static ProxyRig rig;

    @BeforeAll
    static void start() {
        rig = ProxyRig.with(
                ObserveTest.RULES,
                TruthSamplingTest::answer,
                settings -> Adjusted.of(settings)
                        .trial(new Settings.Trial(false, false, 1))
                        .done());
    }

    private static boolean answer(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange) throws Exception {
        String target = request.target();
        if (target.startsWith("/hello/")) {
            exchange.respond(200, "hello " + request.fields().getOrDefault("cookie", "nobody"));
        } else if (request.fields().getOrDefault("accept-encoding", "").contains("gzip")) {
            exchange.respond(200, "as if compressed", "Content-Encoding: gzip");
        } else if (target.startsWith("/packed/")) {
            exchange.respond(200, "a body that is long enough ".repeat(100));
        } else {
            exchange.respond(200, BODIES.getOrDefault(target, "body of " + target), "ETag: \"1\"");
        }
        return true;
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static long sampled(String what) throws Exception {
        return sampled("item", what);
    }

    private static long sampled(String route, String what) throws Exception {
        return ObserveTest.admin(rig, "/api/observed")
                .at("/routes/" + route + "/sampled/" + what)
                .asLong();
    }

    @Test
    void aHitIsCheckedWithoutBeingCountedStoredOrRenewed() throws Exception {
        try (RawClient client = rig.client()) {
            client.get("/item/1");
            Until.holds("a hit was checked", () -> {
                Answer hit = client.get("/item/1", "If-None-Match: \"none\"", "X-Own: 1");
                assertTrue(hit.cacheStatus().startsWith("larder; hit"), hit.cacheStatus());
                return rig.origin().count("/item/1") > 1;
            });
            ScriptedOrigin.Received asked = rig.origin().received().stream()
                    .filter(request -> request.target().equals("/item/1"))
                    .reduce((before, last) -> last)
                    .orElseThrow();
            assertEquals("GET", asked.method());
            assertEquals("1", asked.fields().get("x-own"), "the same request");
            assertFalse(asked.fields().containsKey("if-none-match"), "for all of it");
            Until.holds("and is the same", () -> sampled("same") >= 1);
        }
        JsonNode item = ObserveTest.admin(rig, "/api/stats").at("/routes/item");
        assertEquals(0, item.get("bypasses").asLong(), item::toPrettyString);
        assertTrue(item.get("misses").asLong() <= 2, item::toPrettyString);
    }

    @Test
    void whatIsStaleIsMeasuredAndStillServed() throws Exception {
        try (RawClient client = rig.client()) {
            BODIES.put("/item/2", "the first");
            client.get("/item/2");
            BODIES.put("/item/2", "the second");
            Until.holds("it is found", () -> {
                Answer hit = client.get("/item/2");
                assertTrue(hit.cacheStatus().startsWith("larder; hit"), hit.cacheStatus());
                assertEquals("the first", hit.text(), "nothing is renewed by looking");
                return ObserveTest.difference(rig, "item:id:2").isObject();
            });
        }
        JsonNode found = ObserveTest.difference(rig, "item:id:2");
        assertEquals("sample", found.get("source").asText());
        assertEquals(4, found.at("/body/offset").asLong(), found::toPrettyString);
        JsonNode item = ObserveTest.admin(rig, "/api/observed").at("/routes/item/sampled");
        assertTrue(item.get("staleShare").asDouble() > 0, item::toPrettyString);
        try (RawClient admin = RawClient.connect(rig.sidecar().adminAddress())) {
            String metrics = admin.get("/metrics").text();
            assertTrue(
                    metrics.contains("larder_compared_total{result=\"body\",route=\"item\",source=\"sample\"}"),
                    metrics);
        }
    }

    @Test
    void whatLarderCompressesIsComparedWithWhatTheBackendHasUncompressed() throws Exception {
        try (RawClient client = rig.client()) {
            client.get("/packed/1", "Accept-Encoding: gzip");
            Until.holds("it was checked", () -> {
                client.get("/packed/1", "Accept-Encoding: gzip");
                return sampled("packed", "same") > 0;
            });
        }
        assertEquals(0, sampled("packed", "body"));
        assertEquals(0, sampled("packed", "fields"));
    }

    @Test
    void aPublicRouteThatHidesWhatAVisitorWouldSeeIsQuarantined() throws Exception {
        try (RawClient client = rig.client()) {
            client.get("/hello/1");
            Until.holds(
                    "it is quarantined",
                    () -> client.get("/hello/1", "Cookie: sid=anna")
                            .cacheStatus()
                            .equals("larder; fwd=bypass; detail=quarantine"));
            assertEquals(
                    "hello sid=anna", client.get("/hello/1", "Cookie: sid=anna").text());
        }
        assertEquals(
                "hello:id:1",
                ObserveTest.admin(rig, "/api/observed").at("/quarantined/0/key").asText());
    }
}
