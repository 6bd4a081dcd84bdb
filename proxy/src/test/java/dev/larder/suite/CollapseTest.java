package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Backend;
import dev.larder.rig.Gate;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Concurrent misses for one key are one fetch, and nobody queues up behind one that helps nobody. */
class CollapseTest {

    private static final String RULES = """
            version: 1
            routes:
              - name: items
                get: /items/{id}
                ttl: 60s
                max-body: 1KiB
            purges:
              - name: item-changed
                when: "PUT /items/{id}"
                purge: ["items:id:{id}"]
            """;

    private static final Duration LONG = Duration.ofSeconds(30);

    /** Answers the first request, and all others, each lot behind a gate of its own. */
    private static final class TwoLots implements ScriptedOrigin.Script {

        private final AtomicInteger asked = new AtomicInteger();
        private final Gate first = new Gate();
        private final Gate rest = new Gate();
        private final ScriptedOrigin.Script toFirst;
        private final ScriptedOrigin.Script toRest;

        TwoLots(ScriptedOrigin.Script toFirst, ScriptedOrigin.Script toRest) {
            this.toFirst = toFirst;
            this.toRest = toRest;
        }

        Gate first() {
            return first;
        }

        Gate rest() {
            return rest;
        }

        @Override
        public boolean answer(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange) throws Exception {
            boolean isFirst = asked.getAndIncrement() == 0;
            (isFirst ? first : rest).pass();
            return (isFirst ? toFirst : toRest).answer(request, exchange);
        }
    }

    @Test
    void manyConcurrentMissesForOneKeyAreOneRequest() throws Exception {
        Gate gate = new Gate();
        try (ProxyRig rig = Rigs.rig(RULES, (request, exchange) -> {
            gate.pass();
            exchange.respond(200, "one for all");
            return true;
        })) {
            List<RawClient> clients = Rigs.clients(rig, 64, "/items/1");
            gate.awaitArrivals(1);
            Rigs.awaitFollowers(rig, 63);
            gate.open();
            List<Answer> answers = Rigs.answers(clients);
            assertEquals(
                    64,
                    answers.stream()
                            .filter(answer -> answer.text().equals("one for all"))
                            .count());
            assertEquals(1, rig.origin().received().size());
            assertEquals(1, Rigs.count(answers, "larder; fwd=uri-miss; stored"));
            assertEquals(63, Rigs.count(answers, "larder; fwd=uri-miss; collapsed"));
            Rigs.awaitRest(rig);
        }
    }

    @Test
    void theFlightGoesOnWhenTheLeadersVisitorLeaves() throws Exception {
        Gate gate = new Gate();
        try (ProxyRig rig = Rigs.rig(RULES, (request, exchange) -> {
            gate.pass();
            exchange.respond(200, "still wanted");
            return true;
        })) {
            RawClient leader = rig.client().send(Rigs.get("/items/1"));
            gate.awaitArrivals(1);
            List<RawClient> followers = Rigs.clients(rig, 3, "/items/1");
            Rigs.awaitFollowers(rig, 3);
            leader.reset();
            Until.holds("the leader has gone", () -> Rigs.status(rig, "connections") == 3);
            gate.open();
            assertEquals(3, Rigs.count(Rigs.answers(followers), "collapsed"));
            assertEquals(1, rig.origin().received().size());
            Rigs.awaitRest(rig);
        }
    }

    @Test
    void theFlightFillsTheStoreThoughNobodyIsLeft() throws Exception {
        Gate gate = new Gate();
        try (ProxyRig rig = Rigs.rig(RULES, (request, exchange) -> {
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nta");
            gate.pass();
            exchange.send("le");
            return true;
        })) {
            try (RawClient leader = rig.client().send(Rigs.get("/items/1"))) {
                leader.head();
                gate.awaitArrivals(1);
                leader.reset();
            }
            Until.holds("the leader has gone", () -> Rigs.status(rig, "connections") == 0);
            gate.open();
            Rigs.awaitRest(rig);
            try (RawClient later = rig.client()) {
                Answer hit = later.get("/items/1");
                assertEquals("tale", hit.text());
                assertTrue(hit.cacheStatus().startsWith("larder; hit"), hit.cacheStatus());
            }
        }
    }

    @Test
    void whatMayNotBeStoredLetsEverybodyGoAtOnceAndIsRemembered() throws Exception {
        ScriptedOrigin.Script unstorable = (request, exchange) -> {
            exchange.respond(200, "yours", "Cache-Control: no-store");
            return true;
        };
        TwoLots lots = new TwoLots(unstorable, unstorable);
        try (ProxyRig rig = Rigs.rig(RULES, lots)) {
            List<RawClient> clients = Rigs.clients(rig, 8, "/items/1");
            lots.first().awaitArrivals(1);
            Rigs.awaitFollowers(rig, 7);
            lots.first().open();
            // All seven ask before any of them is answered: nobody waits for another.
            lots.rest().awaitArrivals(7);
            List<RawClient> next = Rigs.clients(rig, 3, "/items/1");
            lots.rest().awaitArrivals(3);
            lots.rest().open();
            List<Answer> answers = Rigs.answers(clients);
            assertEquals(1, Rigs.count(answers, "larder; fwd=uri-miss; detail=no-store"));
            assertEquals(7, Rigs.count(answers, "larder; fwd=bypass; detail=not-storable"));
            assertEquals(3, Rigs.count(Rigs.answers(next), "larder; fwd=bypass; detail=not-storable"));
            rig.clock().advance(Duration.ofSeconds(3));
            try (RawClient later = rig.client()) {
                assertEquals(
                        "larder; fwd=uri-miss; detail=no-store",
                        later.get("/items/1").cacheStatus());
            }
            Rigs.awaitRest(rig);
        }
    }

    @Test
    void aBodyBeyondItsBoundLetsFollowersGoWhileItGoesOn() throws Exception {
        Gate more = new Gate();
        TwoLots lots = new TwoLots(
                (request, exchange) -> {
                    exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                    exchange.send("400\r\n" + "x".repeat(1024) + "\r\n");
                    exchange.send("1\r\ny\r\n");
                    more.pass();
                    exchange.send("1\r\nz\r\n0\r\n\r\n");
                    return true;
                },
                (request, exchange) -> {
                    exchange.respond(200, "small");
                    return true;
                });
        try (ProxyRig rig = Rigs.rig(RULES, lots)) {
            RawClient leader = rig.client().send(Rigs.get("/items/1"));
            lots.first().awaitArrivals(1);
            List<RawClient> followers = Rigs.clients(rig, 4, "/items/1");
            Rigs.awaitFollowers(rig, 4);
            lots.first().open();
            more.awaitArrivals(1);
            lots.rest().awaitArrivals(4);
            lots.rest().open();
            assertEquals(4, Rigs.count(Rigs.answers(followers), "detail=not-storable"));
            more.open();
            assertEquals("x".repeat(1024) + "yz", Rigs.answer(leader).text());
            Rigs.awaitRest(rig);
        }
    }

    @Test
    void followersOfAnOriginThatErrsDoNotAskOneByOne() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Gate first = new Gate();
        Gate second = new Gate();
        Gate rest = new Gate();
        try (ProxyRig rig = Rigs.rig(RULES, (request, exchange) -> {
            int number = asked.incrementAndGet();
            (number == 1 ? first : number == 2 ? second : rest).pass();
            exchange.respond(500, "broken");
            return true;
        })) {
            List<RawClient> clients = Rigs.clients(rig, 8, "/items/1");
            first.awaitArrivals(1);
            Rigs.awaitFollowers(rig, 7);
            first.open();
            second.awaitArrivals(1);
            Rigs.awaitFollowers(rig, 6);
            second.open();
            rest.awaitArrivals(6);
            rest.open();
            assertEquals(
                    8,
                    Rigs.answers(clients).stream()
                            .filter(answer -> answer.status() == 500)
                            .count());
            Rigs.awaitRest(rig);
        }
    }

    @Test
    void followersOfAnOriginThatResetsAskOnceMoreTogether() throws Exception {
        Gate first = new Gate();
        Gate second = new Gate();
        AtomicInteger asked = new AtomicInteger();
        try (ProxyRig rig = Rigs.rig(RULES, (request, exchange) -> {
            (asked.incrementAndGet() == 1 ? first : second).pass();
            exchange.reset();
            return false;
        })) {
            List<RawClient> clients = Rigs.clients(rig, 8, "/items/1");
            first.awaitArrivals(1);
            Rigs.awaitFollowers(rig, 7);
            first.open();
            second.awaitArrivals(1);
            Rigs.awaitFollowers(rig, 6);
            second.open();
            List<Answer> answers = Rigs.answers(clients);
            assertEquals(
                    8, answers.stream().filter(answer -> answer.status() == 502).count());
            assertEquals(2, rig.origin().received().size());
            Rigs.awaitRest(rig);
        }
    }

    @Test
    void anAnswerCutShortIsNeitherSharedNorStored() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Gate gate = new Gate();
        try (ProxyRig rig = Rigs.rig(RULES, (request, exchange) -> {
            if (asked.incrementAndGet() > 1) {
                exchange.respond(200, "whole");
                return true;
            }
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            gate.pass();
            return false;
        })) {
            RawClient leader = rig.client().send(Rigs.get("/items/1"));
            gate.awaitArrivals(1);
            List<RawClient> followers = Rigs.clients(rig, 2, "/items/1");
            Rigs.awaitFollowers(rig, 2);
            gate.open();
            assertThrows(IOException.class, () -> Rigs.answer(leader));
            for (Answer answer : Rigs.answers(followers)) {
                assertEquals("whole", answer.text());
            }
            assertEquals(2, rig.origin().received().size());
            Rigs.awaitRest(rig);
        }
    }

    @Test
    void aFollowerOutOfPatienceGoesAlone() throws Exception {
        ScriptedOrigin.Script answer = (request, exchange) -> {
            exchange.respond(200, "at last");
            return true;
        };
        TwoLots lots = new TwoLots(answer, answer);
        try (ProxyRig rig = Rigs.rig(RULES, lots, Rigs.flightWaits(LONG, Duration.ofMillis(50)))) {
            lots.rest().open();
            RawClient leader = rig.client().send(Rigs.get("/items/1"));
            lots.first().awaitArrivals(1);
            try (RawClient follower = rig.client()) {
                assertEquals(
                        "larder; fwd=bypass; detail=collapse-timeout",
                        follower.get("/items/1").cacheStatus());
            }
            lots.first().open();
            assertEquals("larder; fwd=uri-miss; stored", Rigs.answer(leader).cacheStatus());
        }
    }

    @Test
    void aFlightThatTakesTooLongLeadsNobodyAnyMore() throws Exception {
        ScriptedOrigin.Script answer = (request, exchange) -> {
            exchange.respond(200, "at last");
            return true;
        };
        TwoLots lots = new TwoLots(answer, answer);
        try (ProxyRig rig = Rigs.rig(RULES, lots, Rigs.flightWaits(Duration.ofMillis(100), LONG))) {
            lots.rest().open();
            RawClient leader = rig.client().send(Rigs.get("/items/1"));
            lots.first().awaitArrivals(1);
            try (RawClient follower = rig.client()) {
                assertEquals(
                        "larder; fwd=bypass; detail=collapse-timeout",
                        follower.get("/items/1").cacheStatus());
                Until.holds("the flight is over", () -> Rigs.status(rig, "flights") == 0);
                assertEquals(
                        "larder; fwd=uri-miss; stored", follower.get("/items/1").cacheStatus());
            }
            lots.first().open();
            Rigs.answer(leader);
            Rigs.awaitRest(rig);
        }
    }

    @Test
    void followersWithAnotherValueOfAVariedFieldShareAFlightOfTheirOwn() throws Exception {
        Gate gate = new Gate();
        try (ProxyRig rig = Rigs.rig(RULES, (request, exchange) -> {
            gate.pass();
            exchange.respond(200, request.fields().get("accept-language"), "Vary: Accept-Language");
            return true;
        })) {
            List<RawClient> german = Rigs.clients(rig, 1, "/items/1", "Accept-Language: de");
            gate.awaitArrivals(1);
            german.addAll(Rigs.clients(rig, 3, "/items/1", "Accept-Language: de"));
            List<RawClient> french = Rigs.clients(rig, 4, "/items/1", "Accept-Language: fr");
            Rigs.awaitFollowers(rig, 7);
            gate.open();
            assertEquals(Set.of("de"), bodies(Rigs.answers(german)));
            assertEquals(Set.of("fr"), bodies(Rigs.answers(french)));
            assertEquals(2, rig.origin().received().size());
            Rigs.awaitRest(rig);
        }
    }

    @Test
    void aRefusalOfTheLeaderIsTheirsAndAnotherLeadsAnew() throws Exception {
        Backend backend = new Backend()
                .session("a", "1", "ADMIN")
                .session("b", "2", "ADMIN")
                .session("c", "3", "ADMIN");
        Gate gate = new Gate();
        String course = "/api/admin/courses/7";
        try (ProxyRig rig = Rigs.rig(Rigs.courseRules(), backend)) {
            for (String token : List.of("a", "b", "c")) {
                try (RawClient client = rig.client()) {
                    client.get("/api/admin/courses/1", "Cookie: " + Backend.COOKIE + "=" + token);
                    Until.holds(
                            "known",
                            () -> client.get("/api/admin/courses/1", "Cookie: " + Backend.COOKIE + "=" + token)
                                    .cacheStatus()
                                    .contains("hit"));
                }
            }
            backend.on("GET " + course, (request, exchange) -> {
                gate.pass();
                return backend.usual(request, course, exchange);
            });
            RawClient leader = rig.client().send(Rigs.get(course, "Cookie: " + Backend.COOKIE + "=a"));
            gate.awaitArrivals(1);
            List<RawClient> followers = Rigs.clients(rig, 2, course, "Cookie: " + Backend.COOKIE + "=b");
            followers.addAll(Rigs.clients(rig, 2, course, "Cookie: " + Backend.COOKIE + "=c"));
            Rigs.awaitFollowers(rig, 4);
            backend.end("a");
            gate.open();
            Answer refused = Rigs.answer(leader);
            assertEquals(307, refused.status());
            assertEquals("larder; fwd=uri-miss; detail=visitor-refused", refused.cacheStatus());
            List<Answer> answers = Rigs.answers(followers);
            assertEquals(1, Rigs.count(answers, "stored"));
            assertEquals(3, Rigs.count(answers, "collapsed"));
            assertEquals(Set.of(200), answers.stream().map(Answer::status).collect(Collectors.toSet()));
            assertEquals(2, rig.origin().count(course));
            Rigs.awaitRest(rig);
        }
    }

    @Test
    void aHeadNeitherLeadsNorFollows() throws Exception {
        Gate gate = new Gate();
        try (ProxyRig rig = Rigs.rig(RULES, (request, exchange) -> {
            if (request.method().equals("HEAD")) {
                exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
                return true;
            }
            gate.pass();
            exchange.respond(200, "body");
            return true;
        })) {
            RawClient leader = rig.client().send(Rigs.get("/items/1"));
            gate.awaitArrivals(1);
            try (RawClient other = rig.client()) {
                Answer head = other.request("HEAD", "/items/1", "");
                assertEquals("larder; fwd=uri-miss; detail=method", head.cacheStatus());
                gate.open();
                assertEquals("body", Rigs.answer(leader).text());
                Rigs.awaitRest(rig);
                Answer hit = other.request("HEAD", "/items/1", "");
                assertTrue(hit.cacheStatus().startsWith("larder; hit"), hit.cacheStatus());
                assertEquals("4", hit.fields().get("content-length"));
            }
        }
    }

    private static Set<String> bodies(List<Answer> answers) {
        return answers.stream().map(Answer::text).collect(Collectors.toSet());
    }
}
