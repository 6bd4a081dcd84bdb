package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Backend;
import dev.larder.rig.Gate;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be served stale is served stale, marked so; the rest is asked of the origin. */
class StaleTest {

    private static final String RULES = """
            version: 1
            routes:
              - { name: sturdy, get: "/sturdy/{id}", ttl: 60s, stale: { if-error: 1h } }
              - { name: quick, get: "/quick/{id}", ttl: 60s, stale: { while-revalidate: 10m } }
              - { name: tagged, get: "/tagged/{id}", ttl: origin, stale: { if-error: 1h } }
            purges:
              - { name: changed, when: "PUT /sturdy/{id}", purge: ["sturdy:id:{id}"] }
            """;

    private static final ScriptedOrigin.Script WELL = (request, exchange) -> {
        exchange.respond(200, "well");
        return true;
    };

    private final AtomicReference<ScriptedOrigin.Script> script = new AtomicReference<>(WELL);

    private ProxyRig rig() {
        return Rigs.rig(
                RULES,
                (request, exchange) -> script.get().answer(request, exchange),
                Rigs.originWaits(Duration.ofSeconds(2), Duration.ofSeconds(10)));
    }

    private static boolean isHit(Answer answer) {
        return answer.cacheStatus().startsWith("larder; hit; ttl=");
    }

    // ---- stale-if-error ----------------------------------------------------------------------------------------

    private static ScriptedOrigin.Script failing(String how, Gate silence) {
        return (request, exchange) -> {
            switch (how) {
                case "reset" -> exchange.reset();
                case "silence" -> silence.pass();
                case "garbage" -> exchange.send("what?\r\n\r\n");
                default -> exchange.respond(Integer.parseInt(how), "failed");
            }
            return false;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"500", "502", "503", "504", "reset", "silence", "garbage", "refused"})
    void aStoredResponseStandsInForAnOriginThatFails(String how) throws Exception {
        Gate silence = new Gate();
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            client.get("/sturdy/1");
            rig.clock().advance(Duration.ofSeconds(70));
            if (how.equals("refused")) {
                rig.origin().close();
            }
            script.set(failing(how, silence));
            Answer stale = client.get("/sturdy/1");
            assertEquals(200, stale.status());
            assertEquals("well", stale.text());
            assertTrue(
                    stale.cacheStatus().matches("larder; fwd=stale; ttl=-1[0-9]; detail=stale-if-error"),
                    stale.cacheStatus());
            assertTrue(Integer.parseInt(stale.fields().get("age")) >= 70);
            Answer head = client.request("HEAD", "/sturdy/1", "");
            assertEquals(200, head.status());
            assertTrue(head.cacheStatus().endsWith("stale-if-error"), head.cacheStatus());
            rig.clock().advance(Duration.ofHours(1));
            Answer failed = client.get("/sturdy/1");
            assertTrue(failed.status() >= 500, "status " + failed.status());
            silence.open();
            Rigs.awaitRest(rig);
        }
    }

    @Test
    void whatWasPurgedStandsInForNothing() throws Exception {
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            client.get("/sturdy/1");
            client.request("PUT", "/sturdy/1", "x");
            script.set(failing("500", new Gate()));
            assertEquals(500, client.get("/sturdy/1").status());
        }
    }

    @Test
    void whatIsPurgedWhileTheOriginIsAskedStandsInForNothing() throws Exception {
        Gate gate = new Gate();
        try (ProxyRig rig = rig();
                RawClient reader = rig.client();
                RawClient writer = rig.client()) {
            reader.get("/sturdy/1");
            rig.clock().advance(Duration.ofSeconds(70));
            script.set((request, exchange) -> {
                if (request.method().equals("GET")) {
                    gate.pass();
                }
                exchange.respond(request.method().equals("GET") ? 500 : 200, "");
                return true;
            });
            reader.send(Rigs.get("/sturdy/1"));
            gate.awaitArrivals(1);
            writer.request("PUT", "/sturdy/1", "x");
            gate.open();
            assertEquals(500, reader.answer(false).status());
        }
    }

    @Test
    void followersOfAFetchThatFailsAreServedStaleToo() throws Exception {
        Gate gate = new Gate();
        try (ProxyRig rig = rig();
                RawClient first = rig.client()) {
            first.get("/sturdy/1");
            rig.clock().advance(Duration.ofSeconds(70));
            script.set((request, exchange) -> {
                gate.pass();
                exchange.respond(503, "");
                return true;
            });
            List<RawClient> clients = Rigs.clients(rig, 5, "/sturdy/1");
            gate.awaitArrivals(1);
            Rigs.awaitFollowers(rig, 4);
            gate.open();
            assertEquals(5, Rigs.count(Rigs.answers(clients), "stale-if-error"));
            assertEquals(2, rig.origin().received().size());
        }
    }

    @Test
    void aFollowerOutOfPatienceTakesWhatIsStale() throws Exception {
        Gate gate = new Gate();
        try (ProxyRig rig = Rigs.rig(
                        RULES,
                        (request, exchange) -> script.get().answer(request, exchange),
                        Rigs.flightWaits(Duration.ofSeconds(30), Duration.ofMillis(50)));
                RawClient leader = rig.client();
                RawClient follower = rig.client()) {
            leader.get("/sturdy/1");
            rig.clock().advance(Duration.ofSeconds(70));
            script.set((request, exchange) -> {
                gate.pass();
                exchange.respond(200, "well again");
                return true;
            });
            leader.send(Rigs.get("/sturdy/1"));
            gate.awaitArrivals(1);
            Answer stale = follower.get("/sturdy/1");
            assertTrue(stale.cacheStatus().endsWith("stale-if-error"), stale.cacheStatus());
            gate.open();
            assertEquals("well again", leader.answer(false).text());
        }
    }

    // ---- stale-while-revalidate --------------------------------------------------------------------------------

    @Test
    void staleIsServedAtOnceWhileOneFetchRefreshesIt() throws Exception {
        Gate gate = new Gate();
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            client.get("/quick/1");
            rig.clock().advance(Duration.ofSeconds(70));
            script.set((request, exchange) -> {
                gate.pass();
                exchange.respond(200, "better");
                return true;
            });
            for (int i = 0; i < 5; i++) {
                Answer stale = client.get("/quick/1");
                assertEquals("well", stale.text());
                assertTrue(
                        stale.cacheStatus().matches("larder; hit; ttl=-1[0-9]; detail=stale-while-revalidate"),
                        stale.cacheStatus());
            }
            gate.awaitArrivals(1);
            gate.open();
            Rigs.awaitRest(rig);
            Answer fresh = client.get("/quick/1");
            assertEquals("better", fresh.text());
            assertTrue(isHit(fresh) && !fresh.cacheStatus().contains("detail"), fresh.cacheStatus());
            assertEquals(2, rig.origin().received().size());
            rig.clock().advance(Duration.ofMinutes(12));
            script.set(WELL);
            assertEquals("larder; fwd=uri-miss; stored", client.get("/quick/1").cacheStatus());
        }
    }

    @Test
    void aRefreshThatFailsLeavesWhatIsThereAndIsTriedAgain() throws Exception {
        AtomicInteger refreshes = new AtomicInteger();
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            client.get("/quick/1");
            rig.clock().advance(Duration.ofSeconds(70));
            script.set((request, exchange) -> {
                refreshes.incrementAndGet();
                exchange.respond(500, "broken");
                return true;
            });
            for (int i = 1; i <= 3; i++) {
                int times = i;
                assertEquals("well", client.get("/quick/1").text());
                Until.holds("refreshed " + i + " times", () -> refreshes.get() == times);
                Rigs.awaitRest(rig);
            }
        }
    }

    @Test
    void aRefreshOfWhatMayNoLongerBeStoredIsNotReadToItsEnd() throws Exception {
        Gate endless = new Gate();
        AtomicInteger cut = new AtomicInteger();
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            client.get("/quick/1");
            rig.clock().advance(Duration.ofSeconds(70));
            script.set((request, exchange) -> {
                exchange.send("HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nTransfer-Encoding: chunked\r\n\r\n");
                endless.pass();
                try {
                    while (true) {
                        exchange.send("1000\r\n" + "x".repeat(4096) + "\r\n");
                    }
                } finally {
                    cut.incrementAndGet();
                }
            });
            client.get("/quick/1");
            endless.awaitArrivals(1);
            endless.open();
            Until.holds("the connection was cut", () -> cut.get() == 1);
            Rigs.awaitRest(rig);
        }
    }

    private static ProxyRig courses(Backend backend) {
        String rules = Rigs.courseRules("stale: { if-error: 1h }", "stale: { if-error: 1h, while-revalidate: 1h }");
        return Rigs.rig(rules, backend);
    }

    @Test
    void aRefreshUsesTheCredentialOfWhoCausedItOnce() throws Exception {
        Backend backend = new Backend().session("a", "1", "ADMIN").session("b", "2", "ADMIN");
        String course = "/api/admin/courses/7";
        try (ProxyRig rig = courses(backend);
                RawClient client = rig.client()) {
            PrivateTest.store(client, course, PrivateTest.cookie("a"));
            rig.clock().advance(Duration.ofMinutes(61));
            PrivateTest.store(client, "/api/admin/courses/8", PrivateTest.cookie("b"));
            backend.change();
            long before = rig.origin().count(course);
            Answer stale = client.get(course, PrivateTest.cookie("b"), "If-None-Match: \"x\"");
            assertTrue(stale.cacheStatus().endsWith("stale-while-revalidate"), stale.cacheStatus());
            Until.holds(
                    "refreshed",
                    () -> client.get(course, PrivateTest.cookie("b")).text().contains("v2"));
            assertEquals(before + 1, rig.origin().count(course));
            ScriptedOrigin.Received refresh = rig.origin().received().stream()
                    .filter(one -> one.target().equals(course))
                    .reduce((first, second) -> second)
                    .orElseThrow();
            assertEquals(Backend.COOKIE + "=b", refresh.fields().get("cookie"));
            assertFalse(refresh.fields().containsKey("if-none-match"));
        }
    }

    @Test
    void aRefreshForWhomLostAccessMeanwhileIsDropped() throws Exception {
        Backend backend = new Backend().session("a", "1", "ADMIN").session("b", "2", "ADMIN");
        String course = "/api/admin/courses/7";
        Gate gate = new Gate();
        try (ProxyRig rig = courses(backend);
                RawClient client = rig.client();
                RawClient other = rig.client()) {
            PrivateTest.store(client, course, PrivateTest.cookie("a"));
            rig.clock().advance(Duration.ofMinutes(61));
            PrivateTest.store(client, "/api/admin/courses/8", PrivateTest.cookie("a"));
            PrivateTest.store(other, "/api/admin/courses/8", PrivateTest.cookie("b"));
            backend.change();
            backend.on("GET " + course, (request, exchange) -> {
                gate.pass();
                return backend.usual(request, course, exchange);
            });
            assertTrue(client.get(course, PrivateTest.cookie("a")).cacheStatus().endsWith("stale-while-revalidate"));
            gate.awaitArrivals(1);
            backend.session("a2", "1", "ADMIN");
            client.request("POST", "/api/auth/signout", "csrf=1", PrivateTest.cookie("a"));
            // The backend lets the old session finish what it began; storing that is another matter.
            backend.session("a", "1", "ADMIN");
            gate.open();
            Rigs.awaitRest(rig);
            Answer next = other.get(course, PrivateTest.cookie("b"));
            assertTrue(next.text().contains("v1"), next.text());
            assertTrue(next.cacheStatus().endsWith("stale-while-revalidate"), next.cacheStatus());
        }
    }

    // ---- validation --------------------------------------------------------------------------------------------

    @Test
    void a304MakesTheStoredResponseFreshAgain() throws Exception {
        script.set((request, exchange) -> {
            if ("\"a\"".equals(request.fields().get("if-none-match"))) {
                exchange.send(
                        "HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=100\r\nX-New: 1\r\nETag: \"a\"\r\n\r\n");
            } else {
                exchange.respond(200, "well", "Cache-Control: max-age=60", "ETag: \"a\"");
            }
            return true;
        });
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            client.get("/tagged/1");
            rig.clock().advance(Duration.ofSeconds(70));
            Answer validated = client.get("/tagged/1");
            assertEquals(200, validated.status());
            assertEquals("well", validated.text());
            assertEquals("larder; fwd=stale; fwd-status=304; stored", validated.cacheStatus());
            assertEquals("0", validated.fields().get("age"));
            assertEquals("1", validated.fields().get("x-new"));
            rig.clock().advance(Duration.ofSeconds(90));
            Answer hit = client.get("/tagged/1");
            assertTrue(isHit(hit), hit.cacheStatus());
            assertEquals("1", hit.fields().get("x-new"));
            assertEquals(304, client.get("/tagged/1", "If-None-Match: \"a\"").status());
        }
    }

    @Test
    void a304AboutAnotherResponseIsAskedAgainWithoutACondition() throws Exception {
        script.set((request, exchange) -> {
            if (request.fields().containsKey("if-none-match")) {
                exchange.send("HTTP/1.1 304 Not Modified\r\nETag: \"b\"\r\n\r\n");
            } else {
                exchange.respond(200, "well", "Cache-Control: max-age=60", "ETag: \"a\"");
            }
            return true;
        });
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            client.get("/tagged/1");
            rig.clock().advance(Duration.ofSeconds(70));
            Answer fetched = client.get("/tagged/1");
            assertEquals(200, fetched.status());
            assertEquals("larder; fwd=stale; stored", fetched.cacheStatus());
            assertEquals(3, rig.origin().received().size());
            assertTrue(isHit(client.get("/tagged/1")));
            Rigs.awaitRest(rig);
        }
    }

    @ParameterizedTest
    @CsvSource({"Cache-Control: no-store", "Set-Cookie: a=b"})
    void a304ThatForbidsStoringAnswersItsVisitorAndFreshensNothing(String field) throws Exception {
        script.set((request, exchange) -> {
            if (request.fields().containsKey("if-none-match")) {
                exchange.send("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n" + field + "\r\n\r\n");
            } else {
                exchange.respond(200, "well", "Cache-Control: max-age=60", "ETag: \"a\"");
            }
            return true;
        });
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            client.get("/tagged/1");
            rig.clock().advance(Duration.ofSeconds(70));
            Answer own = client.get("/tagged/1");
            assertEquals("well", own.text());
            assertEquals("larder; fwd=stale; fwd-status=304", own.cacheStatus());
            String name = field.replaceFirst(":.*", "").toLowerCase(Locale.ROOT);
            assertEquals(field.replaceFirst("[^:]*: ", ""), own.fields().get(name));
            assertFalse(isHit(client.get("/tagged/1")));
            Rigs.awaitRest(rig);
        }
    }
}
