package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.Until;
import dev.larder.store.redis.RealRedis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sidecars without a secret of their operator's, whose store keeps the one that opaque ids are made with. */
class KeptSecretSuiteTest {

    private static final String RULES = """
            version: 1
            identity:
              session: { credential: { cookie: sid }, opaque: true }
            routes:
              - { name: mine, get: /mine, access: public, key: { id: identity.id }, ttl: 1h }
            purges:
              - name: changed
                when: ["POST /change"]
                with: { id: identity.id }
                purge: ["mine:id:{id}"]
            """;

    private static final String ANNA = "Cookie: sid=anna";
    private static final String BERT = "Cookie: sid=bert";
    private static final String NAME = "larder:@secret";

    private final AtomicInteger version = new AtomicInteger();
    private RealRedis redis;

    @BeforeEach
    void start() {
        redis = new RealRedis();
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    private ProxyRig rig() {
        return ProxyRig.with(
                RULES,
                (request, exchange) -> {
                    exchange.respond(200, request.fields().get("cookie") + " " + version);
                    return true;
                },
                settings -> Rigs.onRedis(settings, redis.port(), "larder:", Optional.empty(), false));
    }

    private static boolean isHit(Answer answer) {
        return answer.cacheStatus().startsWith("larder; hit");
    }

    private static void store(RawClient client, String visitor) throws Exception {
        Until.holds("a hit for " + visitor, () -> isHit(client.get("/mine", visitor)));
    }

    private void answersAreTheirs(RawClient client) throws Exception {
        for (String visitor : new String[] {ANNA, BERT}) {
            String text = client.get("/mine", visitor).text();
            assertTrue(text.startsWith(visitor.substring("Cookie: ".length())), text);
        }
    }

    @Test
    void sidecarsOfOneStoreKnowTheSameIds() throws Exception {
        try (ProxyRig one = rig();
                ProxyRig other = rig();
                RawClient first = one.client();
                RawClient second = other.client()) {
            store(first, ANNA);
            store(first, BERT);
            Until.holds("found by the other", () -> isHit(second.get("/mine", ANNA)));
            answersAreTheirs(second);
            version.incrementAndGet();
            second.request("POST", "/change", "{}", ANNA);
            assertEquals("sid=anna 1", first.get("/mine", ANNA).text());
            assertEquals("sid=bert 0", first.get("/mine", BERT).text());
            assertEquals(-1, redis.commands().pttl(NAME));
        }
        String secret = redis.commands().get(NAME);
        List<String> keys = redis.commands().keys("larder:mine:*");
        assertFalse(keys.isEmpty());
        try (ProxyRig later = rig();
                RawClient client = later.client()) {
            Until.holds("still found after a restart", () -> isHit(client.get("/mine", BERT)));
        }
        assertEquals(secret, redis.commands().get(NAME));
    }

    @Test
    void aStoreThatIsAwayAtTheStartKeepsNobodyWaiting() throws Exception {
        redis.stop();
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            for (int i = 0; i < 10; i++) {
                Answer answer = client.get("/mine", ANNA);
                assertEquals("sid=anna 0", answer.text());
                assertEquals(
                        "larder; fwd=bypass; detail=identity-unknown:secret-not-known",
                        answer.cacheStatus().replace("\"", ""));
            }
            // What this write changes cannot be named, so everything of the route is owed.
            assertEquals(200, client.request("POST", "/change", "{}", ANNA).status());
            redis.start();
            store(client, ANNA);
            store(client, BERT);
            answersAreTheirs(client);
        }
    }

    @Test
    void aFlushLosesHitsAndNothingElse() throws Exception {
        try (ProxyRig one = rig();
                RawClient first = one.client()) {
            store(first, ANNA);
            String secret = redis.commands().get(NAME);
            redis.commands().flushall();
            store(first, ANNA);
            one.clock().advance(Duration.ofSeconds(40));
            Until.holds("put back", () -> secret.equals(redis.commands().get(NAME)));

            redis.commands().flushall();
            try (ProxyRig other = rig();
                    RawClient second = other.client()) {
                store(second, ANNA);
                store(second, BERT);
                assertNotEquals(secret, redis.commands().get(NAME));
                answersAreTheirs(first);
                version.incrementAndGet();
                // The one that was there first takes the other's from its next heartbeat on, and purges what it has not
                // seen.
                one.clock().advance(Duration.ofSeconds(40));
                Until.holds(
                        "purged by the one who has learnt",
                        () -> second.get("/mine", BERT).text().endsWith("1"));
                store(first, ANNA);
                Until.holds("one id again", () -> {
                    store(first, ANNA);
                    return redis.commands().keys("larder:mine:*").size() >= 2 && isHit(second.get("/mine", ANNA));
                });
                version.incrementAndGet();
                first.request("POST", "/change", "{}", ANNA);
                assertEquals("sid=anna 2", second.get("/mine", ANNA).text());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSecretThatIsNoneIsNotUsed(boolean list) throws Exception {
        if (list) {
            redis.commands().rpush(NAME, "x");
        } else {
            redis.commands().set(NAME, "x");
        }
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            Until.holds(
                    "the store is reached", () -> rig.sidecar().store().status().usable());
            for (int i = 0; i < 5; i++) {
                answersAreTheirs(client);
                assertTrue(client.get("/mine", ANNA).cacheStatus().startsWith("larder; fwd=bypass"));
            }
            redis.commands().del(NAME);
            rig.clock().advance(Duration.ofSeconds(40));
            store(client, ANNA);
        }
    }
}
