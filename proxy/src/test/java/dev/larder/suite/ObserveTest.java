package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.larder.rig.Adjusted;
import dev.larder.rig.Gate;
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

/** {@code observe: true}: the backend answers everything, and what the cache would have said is compared with that. */
class ObserveTest {

    static final String RULES = """
            version: 1
            identity:
              session: { credential: { cookie: sid }, opaque: {} }
            routes:
              - { name: item, get: "/item/{id}", access: public, ttl: 5m }
              - { name: hello, get: "/hello/{id}", access: public, ttl: 5m }
              - { name: mine, get: "/mine/{id}", access: public, key: { id: path.id, who: identity.id }, ttl: 5m }
              - { name: packed, get: "/packed/{id}", access: public, compress: gzip, ttl: 5m }
            purges:
              - { name: item-changed, when: "PUT /item/{id}", purge: ["item:id:{id}"] }
            """;

    private static final String HIT = "larder; fwd=bypass; detail=observing:hit";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** What the backend answers, by target. */
    private static final Map<String, String> BODIES = new ConcurrentHashMap<>();

    private static final Gate WRITE = new Gate();
    private static ProxyRig rig;

    @BeforeAll
    static void start() {
        rig = ProxyRig.with(
                RULES,
                ObserveTest::answer,
                settings -> Adjusted.of(settings)
                        .trial(new Settings.Trial(false, true, 0))
                        .done());
    }

    private static boolean answer(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange) throws Exception {
        String target = request.target();
        if (request.method().equals("PUT")) {
            BODIES.put(target, "after the write");
            WRITE.pass();
            exchange.respond(200, "done");
        } else if (target.startsWith("/hello/")) {
            exchange.respond(200, "hello " + request.fields().getOrDefault("cookie", "nobody"), "ETag: \"1\"");
        } else {
            exchange.respond(200, BODIES.getOrDefault(target, "body of " + target), "X-Request-Id: " + Math.random());
        }
        return true;
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    static JsonNode admin(ProxyRig of, String target) throws Exception {
        try (RawClient admin = RawClient.connect(of.sidecar().adminAddress())) {
            admin.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return MAPPER.readTree(admin.answer(false).body());
        }
    }

    static JsonNode post(ProxyRig of, String target, String body) throws Exception {
        try (RawClient admin = RawClient.connect(of.sidecar().adminAddress())) {
            admin.send("POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + body.length() + "\r\n\r\n" + body);
            return MAPPER.readTree(admin.answer(false).body());
        }
    }

    /** The difference of a key; missing where there is none. */
    static JsonNode difference(ProxyRig of, String key) throws Exception {
        for (JsonNode one : admin(of, "/api/observed").get("differences")) {
            if (one.get("key").asText().equals(key)) {
                return one;
            }
        }
        return MAPPER.missingNode();
    }

    private static boolean isQuarantined(String route) throws Exception {
        return admin(rig, "/api/observed")
                .get("quarantined")
                .findValuesAsText("route")
                .contains(route);
    }

    @Test
    void theBackendAnswersEverythingAndWhatWouldHaveBeenHitsIsCounted() throws Exception {
        try (RawClient client = rig.client()) {
            Answer first = client.get("/item/1");
            assertEquals("larder; fwd=uri-miss; stored", first.cacheStatus());
            assertEquals(HIT, client.get("/item/1").cacheStatus());
            Answer conditional = client.get("/item/1", "If-None-Match: \"x\"", "Accept-Encoding: gzip");
            assertEquals(HIT, conditional.cacheStatus());
            assertEquals("body of /item/1", conditional.text());
            assertEquals(HIT, client.request("HEAD", "/item/1", "").cacheStatus());
            assertEquals(4, rig.origin().count("/item/1"));
        }
        JsonNode item = admin(rig, "/api/observed").at("/routes/item");
        assertTrue(item.get("wouldHit").asLong() >= 3, item::toPrettyString);
        assertTrue(item.at("/observed/same").asLong() >= 2, item::toPrettyString);
        assertTrue(item.get("originSecondsSaved").asDouble() > 0, item::toPrettyString);
        try (RawClient admin = RawClient.connect(rig.sidecar().adminAddress())) {
            String metrics = admin.get("/metrics").text();
            assertTrue(metrics.contains("larder_observed_hits_total{route=\"item\"}"), metrics);
            assertTrue(
                    metrics.contains("larder_compared_total{result=\"same\",route=\"item\",source=\"observe\"}"),
                    metrics);
        }
    }

    @Test
    void whatIsStoredIsFetchedBesideARequestThatHoldsMore() throws Exception {
        try (RawClient client = rig.client()) {
            Answer miss = client.get("/item/2", "Cookie: lang=de");
            assertEquals("larder; fwd=bypass; detail=observing:miss", miss.cacheStatus());
            Until.holds(
                    "it would be a hit",
                    () -> client.get("/item/2", "Cookie: lang=de").cacheStatus().equals(HIT));
            assertTrue(
                    rig.origin().received().stream()
                            .anyMatch(request -> request.target().equals("/item/2")
                                    && !request.fields().containsKey("cookie")),
                    "nothing was fetched to be stored");
            client.get("/mine/2", "Cookie: sid=abc");
            assertEquals(HIT, client.get("/mine/2", "Cookie: sid=abc").cacheStatus());
        }
    }

    @Test
    void whatWouldHaveDifferedIsReportedByKeyWithoutWhatItHolds() throws Exception {
        try (RawClient client = rig.client()) {
            BODIES.put("/item/3", "first s-e-c-r-e-t");
            client.get("/item/3");
            BODIES.put("/item/3", "first and second s-e-c-r-e-t");
            assertEquals(
                    "first and second s-e-c-r-e-t",
                    client.get("/item/3", "Cookie: sid=c-r-e-d").text());
        }
        Until.holds("it is reported", () -> difference(rig, "item:id:3").isObject());
        JsonNode found = difference(rig, "item:id:3");
        assertEquals("body", found.get("kind").asText());
        assertEquals("observe", found.get("source").asText());
        assertEquals(6, found.at("/body/offset").asLong(), found::toPrettyString);
        assertEquals(17, found.at("/body/storedBytes").asLong());
        assertEquals(28, found.at("/body/originBytes").asLong());
        assertEquals("[]", found.get("fields").toString());
        String all = admin(rig, "/api/observed").toString();
        assertFalse(all.contains("s-e-c-r-e-t") || all.contains("c-r-e-d"), all);
        assertFalse(isQuarantined("item"), "a change behind the cache's back is no visitor's own answer");
    }

    @Test
    void aDifferenceThatAWriteExplainsIsNoFinding() throws Exception {
        try (RawClient client = rig.client();
                RawClient writer = rig.client()) {
            client.get("/item/4");
            writer.send("PUT /item/4 HTTP/1.1\r\nHost: courses.test\r\nContent-Length: 0\r\n\r\n");
            WRITE.awaitArrivals(1);
            Answer before = client.get("/item/4");
            assertEquals(HIT, before.cacheStatus());
            assertEquals("after the write", before.text());
            WRITE.open();
            assertEquals(200, writer.answer(false).status());
        }
        Until.holds(
                "it is settled",
                () -> admin(rig, "/api/observed")
                                .at("/routes/item/observed/changedMeanwhile")
                                .asLong()
                        >= 1);
        assertTrue(difference(rig, "item:id:4").isMissingNode());
    }

    @Test
    void aPublicRouteThatAnswersVisitorsDifferentlyIsQuarantinedUntilThatIsLifted() throws Exception {
        try (RawClient client = rig.client()) {
            client.get("/hello/1");
            Answer anna = client.get("/hello/1", "Cookie: sid=anna; lang=de");
            assertEquals(HIT, anna.cacheStatus());
            assertEquals("hello sid=anna; lang=de", anna.text());
            client.get("/hello/2", "Cookie: lang=de");
            assertFalse(isQuarantined("hello"), "lang is no credential");
            Until.holds(
                    "anna's answer is reported",
                    () -> difference(rig, "hello:id:1").isObject());
            assertFalse(isQuarantined("hello"), "without her credential she would be answered otherwise as well");

            client.get("/hello/3");
            Until.holds("it is quarantined", () -> {
                client.get("/hello/3", "Cookie: sid=anna");
                return isQuarantined("hello");
            });
            assertEquals(
                    "larder; fwd=bypass; detail=quarantine",
                    client.get("/hello/4").cacheStatus());
            assertEquals("larder; fwd=uri-miss; stored", client.get("/item/5").cacheStatus());
            try (RawClient admin = RawClient.connect(rig.sidecar().adminAddress())) {
                String metrics = admin.get("/metrics").text();
                assertTrue(metrics.contains("larder_quarantined_routes 1"), metrics);
            }
            assertTrue(post(rig, "/api/lift", "{\"route\":\"hello\"}")
                    .get("lifted")
                    .asBoolean());
            assertFalse(post(rig, "/api/lift", "{\"route\":\"hello\"}")
                    .get("lifted")
                    .asBoolean());
            assertEquals("larder; fwd=uri-miss; stored", client.get("/hello/4").cacheStatus());
        }
    }
}
