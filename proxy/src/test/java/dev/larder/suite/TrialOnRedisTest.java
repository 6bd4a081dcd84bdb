package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.rig.Adjusted;
import dev.larder.rig.Gate;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.TestClock;
import dev.larder.rig.Until;
import dev.larder.settings.Settings;
import dev.larder.store.redis.RealRedis;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * One Redis, and on it a sidecar that serves, one that observes and one that checks its hits: what they see of each other,
 * and what a purge of another one explains.
 */
class TrialOnRedisTest {

    private static final String WOULD_HIT = "larder; fwd=bypass; detail=observing:hit";

    /** What the backend answers, by target. */
    private static final Map<String, String> BODIES = new ConcurrentHashMap<>();

    private static final Gate SLOW = new Gate();
    private static volatile String slow = "none";

    private static RealRedis redis;
    private static ScriptedOrigin origin;
    private static ProxyRig serving;
    private static ProxyRig observing;
    private static ProxyRig sampling;

    @BeforeAll
    static void start() throws Exception {
        redis = new RealRedis();
        origin = ScriptedOrigin.start(TrialOnRedisTest::answer);
        serving = rig(Settings.Trial.NONE);
        observing = rig(new Settings.Trial(false, true, 0));
        sampling = rig(new Settings.Trial(false, false, 1));
    }

    private static ProxyRig rig(Settings.Trial trial) throws Exception {
        ProxyRig rig = ProxyRig.before(
                origin,
                new TestClock(),
                ObserveTest.RULES,
                of -> Adjusted.of(Rigs.onRedis(of, redis.port(), "trial:", Optional.of("a secret for tests"), false))
                        .trial(trial)
                        .done());
        Until.holds(
                "the store answers",
                () -> rig.sidecar().store().status().usable()
                        && rig.sidecar().store().inTouch());
        return rig;
    }

    @AfterAll
    static void stop() {
        SLOW.open();
        serving.close();
        observing.close();
        sampling.close();
        origin.close();
        redis.close();
    }

    private static boolean answer(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange) throws Exception {
        String target = request.target();
        if (request.method().equals("PUT")) {
            BODIES.put(target, "after the write");
            exchange.respond(200, "done");
        } else if (target.startsWith("/hello/")) {
            exchange.respond(200, "hello " + request.fields().getOrDefault("cookie", "nobody"));
        } else {
            if (request.fields().containsKey("x-slow") && target.equals(slow)) {
                SLOW.pass();
            }
            exchange.respond(200, BODIES.getOrDefault(target, "body of " + target));
        }
        return true;
    }

    private static boolean isHit(Answer answer) {
        return answer.cacheStatus().startsWith("larder; hit");
    }

    private static void store(String target) throws Exception {
        try (RawClient client = serving.client()) {
            Until.holds(target + " is stored", () -> isHit(client.get(target)));
        }
    }

    private static long compared(ProxyRig rig, String way) throws Exception {
        return ObserveTest.admin(rig, "/api/observed").at("/routes/item/" + way).asLong();
    }

    @Test
    void whatOneHasStoredTheObservingOneWouldHaveServed() throws Exception {
        store("/item/1");
        try (RawClient client = observing.client()) {
            Answer answer = client.get("/item/1");
            assertEquals(WOULD_HIT, answer.cacheStatus());
            Until.holds("and it is the same", () -> compared(observing, "observed/same") > 0);
            BODIES.put("/item/1", "changed behind everybody's back");
            assertEquals(
                    "changed behind everybody's back", client.get("/item/1").text());
        }
        Until.holds(
                "the difference is reported",
                () -> ObserveTest.difference(observing, "item:id:1").isObject());
        assertTrue(ObserveTest.difference(serving, "item:id:1").isMissingNode(), "who does not look finds nothing");
    }

    @Test
    void whatTheObservingOneStoresTheOthersServe() throws Exception {
        try (RawClient watched = observing.client();
                RawClient client = serving.client()) {
            assertFalse(isHit(watched.get("/item/2")));
            Until.holds(
                    "it would be a hit",
                    () -> watched.get("/item/2").cacheStatus().equals(WOULD_HIT));
            assertTrue(isHit(client.get("/item/2")));
        }
    }

    @Test
    void aWriteThroughTheObservingOnePurgesForAll() throws Exception {
        store("/item/3");
        try (RawClient watched = observing.client();
                RawClient client = serving.client()) {
            assertEquals(200, watched.request("PUT", "/item/3", "x").status());
            Answer after = client.get("/item/3");
            assertFalse(isHit(after), after.cacheStatus());
            assertEquals("after the write", after.text());
        }
    }

    /** The purge is another sidecar's: only the store can tell of it. */
    @Test
    void aDifferenceThatAnothersPurgeExplainsIsNoFinding() throws Exception {
        store("/item/4");
        slow = "/item/4";
        long before = compared(observing, "observed/changedMeanwhile");
        try (RawClient watched = observing.client();
                RawClient writer = serving.client()) {
            watched.send("GET /item/4 HTTP/1.1\r\nHost: courses.test\r\nX-Slow: 1\r\n\r\n");
            SLOW.awaitArrivals(1);
            assertEquals(200, writer.request("PUT", "/item/4", "x").status());
            SLOW.open();
            Answer answer = watched.answer(false);
            assertEquals(WOULD_HIT, answer.cacheStatus());
            assertEquals("after the write", answer.text());
        }
        Until.holds("it is settled", () -> compared(observing, "observed/changedMeanwhile") > before);
        assertTrue(ObserveTest.difference(observing, "item:id:4").isMissingNode());
    }

    @Test
    void aHitOutOfRedisIsCheckedAndWhatIsStaleIsFound() throws Exception {
        store("/item/5");
        try (RawClient client = sampling.client()) {
            Until.holds("a hit was checked", () -> {
                assertTrue(isHit(client.get("/item/5")));
                return compared(sampling, "sampled/same") > 0;
            });
            BODIES.put("/item/5", "changed behind everybody's back");
            Until.holds("what is stale is found", () -> {
                Answer hit = client.get("/item/5");
                assertTrue(isHit(hit), hit.cacheStatus());
                assertEquals("body of /item/5", hit.text(), "nothing is renewed by looking");
                return ObserveTest.difference(sampling, "item:id:5").isObject();
            });
        }
        JsonNode found = ObserveTest.difference(sampling, "item:id:5");
        assertEquals("sample", found.get("source").asText());
        assertTrue(found.get("ageSeconds").asDouble() >= 0, found::toPrettyString);
    }

    /** It is a finding of one process: the others have not asked, and go on. */
    @Test
    void aRouteIsQuarantinedWhereItWasFoundOutAndNotElsewhere() throws Exception {
        store("/hello/6");
        try (RawClient client = sampling.client();
                RawClient other = serving.client()) {
            Until.holds(
                    "it is quarantined",
                    () -> client.get("/hello/6", "Cookie: sid=anna")
                            .cacheStatus()
                            .equals("larder; fwd=bypass; detail=quarantine"));
            assertTrue(isHit(other.get("/hello/6")));
        }
        assertEquals(
                "hello:id:6",
                ObserveTest.admin(sampling, "/api/observed")
                        .at("/quarantined/0/key")
                        .asText());
    }
}
