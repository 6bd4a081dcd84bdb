package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import io.lettuce.core.RedisClient;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one sidecar writes, no other answers from before it: whatever becomes of either of them. */
class TwoSidecarsTest {

    private static final String RULES = """
            version: 1
            routes:
              - { name: items, get: "/items/{id}", ttl: 1h }
              - { name: lists, get: "/lists/{id}", ttl: 1h }
            purges:
              - { name: item-changed, when: "PUT /items/{id}", purge: ["items:id:{id}"] }
            """;

    /** Each GET answers how often was written before it came. */
    private final AtomicInteger written = new AtomicInteger();

    private final ScriptedOrigin.Script backend = (request, exchange) -> {
        boolean read = request.method().equals("GET");
        exchange.respond(200, Integer.toString(read ? written.get() : written.incrementAndGet()));
        return true;
    };

    private static boolean isHit(Answer answer) {
        return answer.cacheStatus().startsWith("larder; hit");
    }

    private static void copy(Sidecars sidecars, int number, RawClient reader, String target) throws Exception {
        Until.holds("a copy", () -> isHit(reader.get(target)) && sidecars.hasCopies(number));
    }

    private void write(RawClient writer) throws Exception {
        assertEquals(200, writer.request("PUT", "/items/1", "x").status());
    }

    @Test
    void aCopyInOneIsGoneWhenTheAnswerToAWriteThroughTheOtherIsThere() throws Exception {
        try (Sidecars sidecars = Sidecars.of(2, RULES, backend);
                RawClient writer = sidecars.client(0);
                RawClient reader = sidecars.client(1)) {
            for (int round = 1; round <= 20; round++) {
                copy(sidecars, 1, reader, "/items/1");
                write(writer);
                assertEquals(Integer.toString(round), reader.get("/items/1").text());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"silent", "cut off"})
    void aSidecarThatCannotHearOfAWriteUsesNoCopyOnceItIsAnswered(String how) throws Exception {
        try (Sidecars sidecars = Sidecars.of(2, RULES, backend);
                RawClient writer = sidecars.client(0);
                RawClient reader = sidecars.client(1)) {
            copy(sidecars, 1, reader, "/items/1");
            if (how.equals("silent")) {
                sidecars.line(1).silent(true);
            } else {
                sidecars.line(1).refuse(true);
            }
            write(writer);
            assertEquals("1", reader.get("/items/1").text());
            sidecars.line(1).silent(false);
            sidecars.line(1).refuse(false);
            Until.holds("used again", () -> {
                Answer answer = reader.get("/items/1");
                assertEquals("1", answer.text());
                return isHit(answer);
            });
        }
    }

    @Test
    void aSidecarThatComesLaterAndOneThatStaysHearOfWhatEachWrites() throws Exception {
        try (Sidecars sidecars = Sidecars.of(1, RULES, backend);
                RawClient first = sidecars.client(0)) {
            copy(sidecars, 0, first, "/items/1");
            int later = sidecars.join();
            try (RawClient second = sidecars.client(later)) {
                copy(sidecars, later, second, "/items/1");
                write(second);
                assertEquals("1", first.get("/items/1").text());
                copy(sidecars, later, second, "/items/1");
                write(first);
                assertEquals("2", second.get("/items/1").text());
            }
            sidecars.rig(later).close();
            Until.holds("it has left", () -> sidecars.members() == 1);
            write(first);
            assertEquals("3", first.get("/items/1").text());
        }
    }

    @Test
    void sidecarsWithOtherRulesDropMoreRatherThanLess() throws Exception {
        try (Sidecars sidecars = Sidecars.of(1, RULES, backend)) {
            int other = sidecars.join(RULES.replace("items:id:{id}", "lists:id:{id}"));
            try (RawClient writer = sidecars.client(other);
                    RawClient reader = sidecars.client(0)) {
                copy(sidecars, 0, reader, "/items/1");
                write(writer);
                assertEquals("1", reader.get("/items/1").text());
            }
        }
    }

    @Test
    void aLoneSidecarTellsOfItsWritesAndAwaitsNoAnswer() throws Exception {
        ConcurrentLinkedQueue<String> said = new ConcurrentLinkedQueue<>();
        try (Sidecars sidecars = Sidecars.of(1, RULES, backend);
                RawClient writer = sidecars.client(0)) {
            RedisClient client =
                    RedisClient.create("redis://127.0.0.1:" + sidecars.redis().port());
            try (StatefulRedisPubSubConnection<String, String> listening = client.connectPubSub()) {
                listening.addListener(new RedisPubSubAdapter<>() {
                    @Override
                    public void message(String pattern, String channel, String message) {
                        said.add(message.split(" ", 2)[0]);
                    }
                });
                listening.sync().psubscribe("larder:@feed*");
                write(writer);
                write(writer);
                Until.holds("told", () -> said.stream().filter("purge"::equals).count() >= 2);
                sidecars.redis().commands().publish("larder:@feed:end", "end");
                Until.holds("all heard", () -> said.contains("end"));
                assertEquals(Set.of("purge", "ping", "end"), withPing(said));
            } finally {
                client.shutdown();
            }
        }
    }

    /** A renewal of the lease may have been due or not. */
    private static Set<String> withPing(Collection<String> said) {
        Set<String> words = new HashSet<>(said);
        words.add("ping");
        return words;
    }

    @Test
    void aRefreshOfOneDoesNotBringBackWhatTheOtherHasPurgedThoughBothHadCopies() throws Exception {
        try (Sidecars sidecars = Sidecars.of(3, RULES, backend);
                RawClient writer = sidecars.client(0);
                RawClient second = sidecars.client(1);
                RawClient third = sidecars.client(2)) {
            for (int round = 1; round <= 5; round++) {
                copy(sidecars, 1, second, "/items/1");
                copy(sidecars, 2, third, "/items/1");
                write(writer);
                Answer one = second.get("/items/1");
                Answer other = third.get("/items/1");
                assertEquals(Integer.toString(round), one.text());
                assertEquals(Integer.toString(round), other.text());
                assertFalse(isHit(one));
                assertTrue(one.status() == 200 && other.status() == 200);
            }
        }
    }
}
