package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Gate;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Concurrent misses for one key through several sidecars are one fetch, and none waits for one that helps nobody. */
class SharedFlightsTest {

    private static final String RULES = """
            version: 1
            routes:
              - { name: items, get: "/items/{id}", ttl: 1h, stale: { while-revalidate: 1h } }
            purges:
              - { name: item-changed, when: "PUT /items/{id}", purge: ["items:id:{id}"] }
            """;

    private static final Duration LONG = Duration.ofSeconds(60);

    private final Gate first = new Gate();
    private final AtomicInteger asked = new AtomicInteger();

    /** Answers the first read after a gate and as the test says, all others at once, each with its number. */
    private ScriptedOrigin.Script backend(ScriptedOrigin.Script toFirst) {
        return (request, exchange) -> {
            if (!request.method().equals("GET")) {
                exchange.respond(200, "written");
                return true;
            }
            int number = asked.incrementAndGet();
            if (number == 1) {
                first.pass();
                return toFirst.answer(request, exchange);
            }
            exchange.respond(200, "answer " + number);
            return true;
        };
    }

    private Sidecars two(ScriptedOrigin.Script toFirst) throws Exception {
        // So long that nobody's patience ends in a test.
        return Sidecars.of(
                2, RULES, backend(toFirst), settings -> Rigs.waiting(settings, Rigs.flightWaits(LONG, LONG)));
    }

    private static boolean answersFirst(ScriptedOrigin.Exchange exchange) throws Exception {
        exchange.respond(200, "answer 1");
        return true;
    }

    private static void awaitWaiting(Sidecars sidecars) throws Exception {
        Until.holds(
                "one waits for the other",
                () -> sidecars.redis().commands().keys("larder:@flight:*").stream()
                        .anyMatch(key -> String.valueOf(
                                        sidecars.redis().commands().get(key))
                                .endsWith("!")));
    }

    @Test
    void manyMissesForOneKeyThroughTwoSidecarsAreOneRequest() throws Exception {
        try (Sidecars sidecars = two((request, exchange) -> answersFirst(exchange))) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                clients.add(sidecars.client(i % 2).send(Rigs.get("/items/1")));
            }
            first.awaitArrivals(1);
            Until.holds("all others follow", () -> sidecars.status("followers") == 62);
            first.open();
            List<Answer> answers = Rigs.answers(clients);
            answers.forEach(answer -> assertEquals("answer 1", answer.text()));
            assertEquals(1, sidecars.origin().count("/items/1"));
            assertEquals(1, Rigs.count(answers, "larder; fwd=uri-miss; stored"));
            assertEquals(63, Rigs.count(answers, "larder; fwd=uri-miss; collapsed"));
            Until.holds("no flight left", () -> sidecars.status("flights") == 0);
        }
    }

    @Test
    void aLeaderThatDiesBlocksTheOthersForItsLeaseAtMost() throws Exception {
        try (Sidecars sidecars = two((request, exchange) -> answersFirst(exchange));
                RawClient leader = sidecars.client(0);
                RawClient other = sidecars.client(1)) {
            leader.send(Rigs.get("/items/1"));
            first.awaitArrivals(1);
            other.send(Rigs.get("/items/1"));
            awaitWaiting(sidecars);
            sidecars.line(0).refuse(true);
            assertEquals("answer 2", other.answer(false).text());
            first.open();
            assertEquals("answer 1", leader.answer(false).text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"not storable", "error", "reset", "too long"})
    void whoseLeaderBringsNothingGoesOnAtOnce(String how) throws Exception {
        try (Sidecars sidecars = two((request, exchange) -> {
                    switch (how) {
                        case "not storable" -> exchange.respond(200, "answer 1", "Cache-Control: no-store");
                        case "error" -> exchange.respond(500, "answer 1");
                        case "too long" -> exchange.respond(200, "x".repeat(2 << 20));
                        default -> exchange.reset();
                    }
                    return true;
                });
                RawClient leader = sidecars.client(0)) {
            leader.send(Rigs.get("/items/1"));
            first.awaitArrivals(1);
            List<RawClient> others = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                others.add(sidecars.client(1).send(Rigs.get("/items/1")));
            }
            awaitWaiting(sidecars);
            Until.holds("the others follow", () -> sidecars.status("followers") == 4);
            first.open();
            List<Answer> answers = Rigs.answers(others);
            answers.forEach(answer -> assertTrue(answer.text().startsWith("answer "), answer.text()));
            if (how.equals("not storable") || how.equals("too long")) {
                assertEquals(5, Rigs.count(answers, "detail=not-storable"));
                assertEquals(6, sidecars.origin().count("/items/1"));
            } else {
                assertEquals(2, sidecars.origin().count("/items/1"));
            }
            assertTrue(leader.answer(false).status() > 0);
        }
    }

    @Test
    void aVisitorWhoLeavesWhileTheirSidecarWaitsLeavesTheOthersWaiting() throws Exception {
        try (Sidecars sidecars = two((request, exchange) -> answersFirst(exchange));
                RawClient leader = sidecars.client(0);
                RawClient follower = sidecars.client(1)) {
            leader.send(Rigs.get("/items/1"));
            first.awaitArrivals(1);
            RawClient leaving = sidecars.client(1).send(Rigs.get("/items/1"));
            awaitWaiting(sidecars);
            follower.send(Rigs.get("/items/1"));
            Until.holds("one follows", () -> sidecars.status("followers") == 1);
            leaving.reset();
            Until.holds("the visitor has gone", () -> sidecars.status("connections") == 2);
            first.open();
            assertEquals("answer 1", leader.answer(false).text());
            assertEquals("answer 1", follower.answer(false).text());
            assertEquals(1, sidecars.origin().count("/items/1"));
        }
    }

    @Test
    void aReaderAfterAWriteWaitsForNoFlightFromBeforeIt() throws Exception {
        try (Sidecars sidecars = two((request, exchange) -> answersFirst(exchange));
                RawClient before = sidecars.client(0);
                RawClient waiting = sidecars.client(1);
                RawClient writer = sidecars.client(1);
                RawClient after = sidecars.client(1)) {
            before.send(Rigs.get("/items/1"));
            first.awaitArrivals(1);
            waiting.send(Rigs.get("/items/1"));
            awaitWaiting(sidecars);
            assertEquals(200, writer.request("PUT", "/items/1", "x").status());
            assertEquals("answer 2", after.get("/items/1").text());
            first.open();
            assertEquals("answer 1", before.answer(false).text());
            // What it waited for was not stored, so that it goes on by itself.
            assertEquals("answer 3", waiting.answer(false).text());
        }
    }

    /** A stale copy in memory went on answering after the refresh, and caused one more with each request. */
    @Test
    void whatIsStaleIsRefreshedByOneOfThem() throws Exception {
        try (Sidecars sidecars = two((request, exchange) -> answersFirst(exchange));
                RawClient one = sidecars.client(0);
                RawClient other = sidecars.client(1)) {
            first.open();
            Until.holds("stored", () -> one.get("/items/1").cacheStatus().startsWith("larder; hit"));
            Until.holds("found", () -> other.get("/items/1").cacheStatus().startsWith("larder; hit"));
            sidecars.clock().advanceWall(Duration.ofMinutes(61));
            assertEquals("answer 1", one.get("/items/1").text());
            Until.holds("refreshed", () -> one.get("/items/1").text().equals("answer 2"));
            Until.holds("for both", () -> other.get("/items/1").text().equals("answer 2"));
            assertEquals(2, sidecars.origin().count("/items/1"));
        }
    }
}
