package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.ScriptedOrigin;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A shared cache by RFC 9111, where the origin gives the lifetimes. */
class OriginLifetimeTest {

    private static final String RULES = """
            version: 1
            routes:
              - { name: all, get: "/{rest*}", query: { other: key }, ttl: origin, store-status: any }
            """;

    private static ScriptedOrigin.Script answering(String body, String... fields) {
        return (request, exchange) -> {
            if ("\"a\"".equals(request.fields().get("if-none-match"))) {
                exchange.respond(304, "", fields);
            } else {
                exchange.respond(200, body, fields);
            }
            return true;
        };
    }

    @Test
    void partsAreCutFromAStoredWhole() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, answering("0123456789", "Cache-Control: max-age=60", "ETag: \"a\""));
                RawClient client = rig.client()) {
            client.get("/x");
            RawClient.Answer part = client.get("/x", "Range: bytes=2-4");
            assertEquals(206, part.status());
            assertEquals("234", part.text());
            assertEquals("bytes 2-4/10", part.fields().get("content-range"));
            assertTrue(part.cacheStatus().startsWith("larder; hit"), part.cacheStatus());
            assertEquals(
                    "789",
                    client.get("/x", "Range: bytes=-3", "If-Range: \"a\"").text());
            assertEquals(
                    200, client.get("/x", "Range: bytes=-3", "If-Range: \"b\"").status());
            assertEquals(
                    304,
                    client.get("/x", "Range: bytes=-3", "If-None-Match: \"a\"").status());
            RawClient.Answer refused = client.get("/x", "Range: bytes=10-");
            assertEquals(416, refused.status());
            assertEquals("bytes */10", refused.fields().get("content-range"));
            assertEquals("", refused.text());
            assertEquals(1, rig.origin().received().size());
        }
    }

    @Test
    void partWithoutAStoredWholePassesThroughUnstored() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, (request, exchange) -> {
                    exchange.respond(
                            206,
                            request.fields().get("range"),
                            "Cache-Control: max-age=60",
                            "Content-Range: bytes 0-1/9");
                    return true;
                });
                RawClient client = rig.client()) {
            for (String range : new String[] {"bytes=0-1", "bytes=0-2"}) {
                RawClient.Answer part = client.get("/x", "Range: " + range);
                assertEquals(206, part.status());
                assertEquals(range, part.text());
                assertEquals("larder; fwd=bypass; detail=range", part.cacheStatus());
            }
        }
    }

    @Test
    void noCacheIsValidatedOnEveryUse() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, answering("body", "Cache-Control: no-cache, max-age=60", "ETag: \"a\""));
                RawClient client = rig.client()) {
            assertEquals("larder; fwd=uri-miss; stored", client.get("/x").cacheStatus());
            for (int use = 0; use < 2; use++) {
                RawClient.Answer answer = client.get("/x");
                assertEquals("larder; fwd=stale; fwd-status=304; stored", answer.cacheStatus());
                assertEquals("body", answer.text());
            }
        }
    }

    @Test
    void whatExpiredIsValidatedAndFreshAgain() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, answering("body", "Cache-Control: max-age=60", "ETag: \"a\""));
                RawClient client = rig.client()) {
            client.get("/x");
            rig.clock().advance(Duration.ofMinutes(2));
            assertEquals(
                    "larder; fwd=stale; fwd-status=304; stored",
                    client.get("/x").cacheStatus());
            assertTrue(client.get("/x").cacheStatus().startsWith("larder; hit"));
            assertEquals(2, rig.origin().received().size());
        }
    }

    @Test
    void mustRevalidateIsNotServedStaleWhereTheOriginIsGone() throws Exception {
        String rules = RULES.replace("ttl: origin", "ttl: origin, stale: { if-error: 1h }");
        for (String directive : new String[] {"must-revalidate", "proxy-revalidate", "s-maxage=60", "no-cache"}) {
            try (ProxyRig rig = Rigs.rig(
                            rules, answering("body", "Cache-Control: max-age=60, " + directive, "ETag: \"a\""));
                    RawClient client = rig.client()) {
                client.get("/x");
                rig.origin().close();
                rig.clock().advance(Duration.ofMinutes(2));
                assertEquals(502, client.get("/x").status(), directive);
            }
        }
    }

    @Test
    void staleWhileRevalidateEndsWithTheWindowThatTheOriginGives() throws Exception {
        // RFC 5861 section 3; the rule's own window is for answers that say nothing.
        String rules = RULES.replace("ttl: origin", "ttl: origin, stale: { while-revalidate: 1h }");
        try (ProxyRig rig = Rigs.rig(
                        rules,
                        answering("body", "Cache-Control: max-age=60, stale-while-revalidate=30", "ETag: \"a\""));
                RawClient client = rig.client()) {
            client.get("/x");
            rig.clock().advance(Duration.ofSeconds(95));
            assertEquals(
                    "larder; fwd=stale; fwd-status=304; stored",
                    client.get("/x").cacheStatus());
            rig.clock().advance(Duration.ofSeconds(80));
            String within = client.get("/x").cacheStatus();
            assertTrue(within.endsWith("detail=stale-while-revalidate"), within);
        }
    }

    @Test
    void oldFailureStoodInForANewOne() throws Exception {
        String rules = RULES.replace("ttl: origin", "ttl: origin, stale: { if-error: 1h }");
        AtomicInteger answers = new AtomicInteger();
        try (ProxyRig rig = Rigs.rig(rules, (request, exchange) -> {
                    exchange.respond(503, "failure " + answers.incrementAndGet(), "Cache-Control: max-age=60");
                    return true;
                });
                RawClient client = rig.client()) {
            assertEquals("failure 1", client.get("/x").text());
            assertEquals("failure 1", client.get("/x").text());
            rig.clock().advance(Duration.ofMinutes(2));
            assertEquals("failure 2", client.get("/x").text());
        }
    }

    @Test
    void onlyIfCachedNeverReachesTheOrigin() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, answering("body", "Cache-Control: max-age=60"));
                RawClient client = rig.client()) {
            assertEquals(504, client.get("/x", "Cache-Control: only-if-cached").status());
            assertEquals(0, rig.origin().received().size());
            client.get("/x");
            assertEquals(200, client.get("/x", "Cache-Control: only-if-cached").status());
            rig.clock().advance(Duration.ofMinutes(2));
            assertEquals(504, client.get("/x", "Cache-Control: only-if-cached").status());
            assertEquals(1, rig.origin().received().size());
        }
    }

    @Test
    void whatIsMeantForSurrogatesOpensNothingThatCacheControlForbids() throws Exception {
        for (String forbidding : new String[] {"no-store", "private", "no-cache"}) {
            try (ProxyRig rig = Rigs.rig(
                            RULES,
                            answering(
                                    "body",
                                    "Cache-Control: " + forbidding,
                                    "CDN-Cache-Control: max-age=60",
                                    "Surrogate-Control: max-age=60;larder"));
                    RawClient client = rig.client()) {
                client.get("/x");
                client.get("/x");
                assertEquals(2, rig.origin().received().size(), forbidding);
            }
        }
    }

    @Test
    void whatIsMeantForSurrogatesCountsWhereTheRuleSaysSoAndIsAnnounced() throws Exception {
        String rules = RULES.replace("ttl: origin", "ttl: origin, origin-cache-control: [targeted]");
        try (ProxyRig rig = Rigs.rig(
                        rules, answering("body", "Cache-Control: no-store", "Surrogate-Control: max-age=60;larder"));
                RawClient client = rig.client()) {
            client.get("/x", "Surrogate-Capability: x=\"ESI/1.0\"");
            assertTrue(client.get("/x").cacheStatus().startsWith("larder; hit"));
            assertEquals("no-store", client.get("/x").fields().get("cache-control"));
            assertEquals(
                    "larder=\"Surrogate/1.0\"",
                    rig.origin().received().get(0).fields().get("surrogate-capability"));
        }
    }

    @Test
    void requestsWithAuthorizationAreTheOriginsToAnswer() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, (request, exchange) -> {
                    String who = request.fields().get("authorization");
                    exchange.respond(200, who == null ? "nobody" : who, "Cache-Control: max-age=60, public");
                    return true;
                });
                RawClient client = rig.client()) {
            assertEquals(
                    "Basic eA==", client.get("/x", "Authorization: Basic eA==").text());
            RawClient.Answer nobody = client.get("/x");
            assertEquals("nobody", nobody.text());
            assertFalse(nobody.cacheStatus().contains("hit"));
            assertEquals(
                    "Basic eQ==", client.get("/x", "Authorization: Basic eQ==").text());
        }
    }
}
