package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What {@code tags}, {@code vary} and {@code forward} of a route do, seen from outside. */
class RouteFieldsTest {

    private static final String RULES = """
            version: 1
            identity:
              session: { credential: { cookie: sid }, opaque: true }
            defaults: { access: public, ttl: 60s }
            routes:
              - name: course
                get: /courses/{id}
                tags: ["course:{id}"]
              - name: lessons
                get: /courses/{id}/lessons
                tags: ["course:{id}"]
              - name: themed
                get: /themed
                vary: { add: [X-Theme] }
              - name: plain
                get: /plain
                vary: { ignore: [RSC] }
              - name: mine
                get: /mine
                key: { who: identity.id }
                vary: { ignore: [Cookie] }
              - name: local
                get: /local
                query: { ignore: [trace, _rsc] }
                forward: [{ from: cookie.locale, unkeyed: true }, { from: query.trace, unkeyed: true }]
              - { name: spread, get: "/spread/{id}", ttl: 1000s, jitter: 50% }
              - { name: eager, get: /eager, early-refresh: true }
            purges:
              - { name: changed, when: "PUT /write/{c}", purge: [{ tag: "course:{c}" }] }
            """;

    /** Says what it was sent; varies by what the test asks for. */
    private static ScriptedOrigin.Script saying(String... answerFields) {
        return (request, exchange) -> {
            exchange.respond(200, request.target() + " " + request.fields().get("cookie"), answerFields);
            return true;
        };
    }

    private static boolean isHit(Answer answer) {
        return answer.cacheStatus().startsWith("larder; hit");
    }

    private static boolean isStored(Answer answer) {
        return answer.cacheStatus().contains("stored");
    }

    @Test
    void aWriteThatNamesATagPurgesEveryRouteThatHasItAndNoOther() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, saying());
                RawClient client = rig.client()) {
            client.get("/courses/1");
            client.get("/courses/1/lessons");
            client.get("/courses/2");
            assertTrue(isHit(client.get("/courses/1/lessons")));
            client.request("PUT", "/write/1", "");
            assertTrue(isStored(client.get("/courses/1")));
            assertTrue(isStored(client.get("/courses/1/lessons")));
            assertTrue(isHit(client.get("/courses/2")));
        }
    }

    @Test
    void anAddedFieldChoosesAsIfVaryNamedIt() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, saying());
                RawClient client = rig.client()) {
            assertTrue(isStored(client.get("/themed", "X-Theme: dark")));
            assertTrue(client.get("/themed", "X-Theme: light").cacheStatus().contains("fwd=vary-miss; stored"));
            assertTrue(client.get("/themed").cacheStatus().contains("fwd=vary-miss; stored"));
            assertTrue(isHit(client.get("/themed", "X-Theme: dark")));
            assertTrue(isHit(client.get("/themed", "X-Theme: light")));
            assertTrue(isHit(client.get("/themed")));
        }
    }

    @Test
    void atMostEightVariantsOfAKeyAreKept() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, saying());
                RawClient client = rig.client()) {
            for (int i = 0; i < 20; i++) {
                assertTrue(isStored(client.get("/themed", "X-Theme: " + i)));
            }
            int hits = 0;
            for (int i = 0; i < 20; i++) {
                // HEAD finds what is there and stores nothing.
                hits += isHit(client.send(Rigs.head("HEAD", "/themed", "X-Theme: " + i))
                                .answer(true))
                        ? 1
                        : 0;
            }
            assertEquals(8, hits);
        }
    }

    @Test
    void anIgnoredFieldDoesNotChooseAndItsVaryStillGoesOut() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, saying("Vary: RSC, Accept"));
                RawClient client = rig.client()) {
            client.get("/plain", "RSC: 1", "Accept: text/html");
            Answer hit = client.get("/plain", "Accept: text/html");
            assertTrue(isHit(hit));
            assertEquals("RSC, Accept", hit.fields().get("vary"));
            assertTrue(client.get("/plain", "Accept: text/plain").cacheStatus().contains("fwd=vary-miss"));
        }
    }

    @Test
    void varyCookieIsIgnoredWhereTheIdentityIsInTheKey() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, saying("Vary: Cookie"));
                RawClient client = rig.client()) {
            assertTrue(isStored(client.get("/mine", "Cookie: sid=a; other=1")));
            Answer hit = client.get("/mine", "Cookie: other=2; sid=a");
            assertTrue(isHit(hit));
            assertEquals("/mine sid=a", hit.text());
            assertEquals("/mine sid=b", client.get("/mine", "Cookie: sid=b").text());
        }
    }

    @Test
    void whatIsForwardedReachesTheOriginAndNothingElseOfTheVisitor() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, saying());
                RawClient client = rig.client()) {
            Answer first = client.get("/local?trace=7&_rsc=x", "Cookie: other=1; locale=de; sid=a");
            assertEquals("/local?trace=7 locale=de", first.text());
            assertTrue(isHit(client.get("/local?trace=8", "Cookie: locale=fr")));
        }
    }

    @Test
    void authoritiesThatShareHaveOneStoredResponseAndOthersHaveTheirOwn() throws Exception {
        try (ProxyRig rig = ProxyRig.with(RULES, saying(), settings -> Rigs.sharing(settings, "a.test", "b.test"));
                RawClient client = rig.client()) {
            assertTrue(isStored(client.send(at("a.test")).answer(false)));
            assertTrue(isHit(client.send(at("B.test")).answer(false)));
            assertTrue(isStored(client.send(at("c.test")).answer(false)));
            client.request("PUT", "/write/1", "");
            assertTrue(isStored(client.send(at("b.test")).answer(false)));
            assertTrue(isStored(client.send(at("c.test")).answer(false)));
            assertTrue(isHit(client.send(at("a.test")).answer(false)));
        }
    }

    private static String at(String authority) {
        return "GET /courses/1 HTTP/1.1\r\nHost: " + authority + "\r\n\r\n";
    }

    @Test
    void jitterSpreadsWhatIsStoredAtOnce() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, saying());
                RawClient client = rig.client()) {
            Set<Integer> lifetimes = new HashSet<>();
            for (int i = 0; i < 30; i++) {
                client.get("/spread/" + i);
                String status = client.get("/spread/" + i).cacheStatus();
                lifetimes.add(Integer.parseInt(status.replaceFirst(".*; hit; ttl=(\\d+).*", "$1")));
            }
            assertTrue(lifetimes.stream().allMatch(ttl -> ttl >= 495 && ttl <= 1000), lifetimes::toString);
            assertTrue(lifetimes.size() > 10, lifetimes::toString);
        }
    }

    @Test
    void whatIsUsedIsFetchedAnewBeforeItExpiresAndNobodyWaits() throws Exception {
        AtomicReference<ProxyRig> itself = new AtomicReference<>();
        try (ProxyRig rig = Rigs.rig(RULES, (request, exchange) -> {
                    if (itself.get().origin().received().size() == 1) {
                        // As if the first fetch had taken so long: close to its end the chance is great.
                        itself.get().clock().advance(Duration.ofSeconds(30));
                    }
                    exchange.respond(200, "fetched");
                    return true;
                });
                RawClient client = rig.client()) {
            itself.set(rig);
            client.get("/eager");
            rig.clock().advance(Duration.ofSeconds(25));
            Until.holds("fetched anew", () -> {
                assertTrue(isHit(client.get("/eager")));
                return rig.origin().received().size() >= 2;
            });
            Until.holds("stored anew", () -> client.get("/eager").cacheStatus().matches(".*; hit; ttl=(60|5\\d).*"));
        }
    }
}
