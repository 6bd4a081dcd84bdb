package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer that says in any way whose it is is nobody else's, and nobody learns a lifetime that it did not have. */
class PrivateStoredTest {

    private static final String RULES = """
            version: 1
            routes:
              - { name: forced, get: "/forced/{x}", ttl: 60s, stale: { if-error: 60s }, store-status: { 200: , 404: 10s } }
              - { name: origin, get: "/origin/{x}", ttl: origin, store-status: any }
            """;

    private static ProxyRig rig;
    private static volatile int status;
    private static volatile String[] said = {};
    private static int unit;

    @BeforeAll
    static void start() {
        rig = ProxyRig.with(RULES, PrivateStoredTest::answer);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    /** For whom it is it says in the body, and beside that what the row says. */
    private static boolean answer(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange) throws Exception {
        String visitor = request.fields().getOrDefault("x-visitor", "nobody");
        String[] fields =
                Arrays.stream(said).map(field -> field.replace("{v}", visitor)).toArray(String[]::new);
        exchange.respond(status, "for " + visitor, fields);
        return true;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "200 # Set-Cookie: sid={v}",
                "200 # set-cookie: sid={v}; Max-Age=0",
                "404 # Set-Cookie: a={v}",
                "200 # Cache-Control: private",
                "200 # Cache-Control: PRIVATE",
                "200 # Cache-Control: private, max-age=60",
                "200 # Cache-Control: max-age=60, private",
                "200 # Cache-Control: max-age=60,,private,",
                "200 # Cache-Control: max-age=60 | Cache-Control: private",
                "200 # Cache-Control: private=\"x-visitor\"",
                "200 # Cache-Control: private=",
                "200 # Cache-Control: private =x",
                "200 # Cache-Control: public, private",
                "200 # Cache-Control: s-maxage=60, private",
                "200 # Cache-Control: private; max-age=60",
                "200 # Cache-Control: max-age=60; private",
                "200 # Cache-Control: public; no-store",
                "200 # Cache-Control: no-store",
                "200 # Cache-Control: No-Store, max-age=60",
                "200 # Cache-Control: no-store=\"x\"",
                "200 # Cache-Control: x=\"y, no-store",
                "200 # Cache-Control: no-store, must-understand, max-age=60",
                "200 # Cache-Control: immutable, max-age=60, no-store",
                "200 # Cache-Control: no-cache",
                "200 # Cache-Control: no-cache=\"set-cookie\", max-age=60",
                "200 # Cache-Control: private | CDN-Cache-Control: max-age=60",
                "200 # Cache-Control: no-store | CDN-Cache-Control: max-age=60",
                "200 # Cache-Control: private | Surrogate-Control: max-age=60",
                "200 # Cache-Control: no-store | Surrogate-Control: max-age=60",
                "200 # Cache-Control: max-age=60 | CDN-Cache-Control: private",
                "200 # Cache-Control: max-age=60 | CDN-Cache-Control: no-store",
                "200 # Cache-Control: max-age=60 | Surrogate-Control: no-store",
                "200 # Cache-Control: no-cache | CDN-Cache-Control: max-age=60",
                "200 # Vary: * | Cache-Control: max-age=60",
                "200 # Vary: Accept, * | Cache-Control: max-age=60",
                "200 # Vary: Accept | Vary: * | Cache-Control: max-age=60",
                "200 # Vary: X-Visitor | Cache-Control: max-age=60",
                "200 # vary: x-visitor | Cache-Control: max-age=60",
                "200 # Vary: Accept | Vary: x-VISITOR | Cache-Control: max-age=60",
                "200 # Vary: ,, X-Visitor ,Accept | Cache-Control: max-age=60",
                "404 # Vary: X-Visitor | Cache-Control: max-age=60",
                "200 # Vary: Cookie, Accept | Cache-Control: max-age=60",
                "200 # Vary: Authorization | Cache-Control: max-age=60",
                "200 # Content-Range: bytes 0-3/99",
                "206 # Content-Range: bytes 0-3/99 | Cache-Control: max-age=60",
                "206 # Cache-Control: max-age=60",
                "500 # X: {v}",
                "502 # X: {v}",
                "503 # Retry-After: 1",
                "301 # Location: /{v}",
                "302 # Location: /{v}",
                "307 # Location: /{v}",
                "308 # Location: /{v}",
                "300 # X: {v}",
                "401 # WWW-Authenticate: Basic",
                "403 # X: {v}",
                "405 # Allow: GET",
                "410 # X: {v}",
                "416 # X: {v}",
                "429 # X: {v}",
                "451 # X: {v}",
                "201 # X: {v}",
                "202 # X: {v}",
                "203 # X: {v}",
                "207 # X: {v}",
                "226 # X: {v}",
                "418 # X: {v}",
                "599 # X: {v}"
            })
    void whoeverAsksGetsTheirOwn(int with, String fields) throws Exception {
        status = with;
        said = fields.split(" \\| ");
        for (String route : new String[] {"/forced/", "/origin/"}) {
            String path = route + unit++;
            try (RawClient client = rig.client()) {
                for (String visitor : new String[] {"a", "b", "a", "c", "b", "a"}) {
                    Answer answer = client.get(path, "X-Visitor: " + visitor);
                    String about = path + " for " + visitor + ": " + answer.cacheStatus();
                    assertEquals(with, answer.status(), about);
                    assertEquals("for " + visitor, answer.text(), about);
                    Map<String, String> told = answer.fields();
                    for (String name : new String[] {"set-cookie", "location"}) {
                        String own = told.getOrDefault(name, visitor);
                        assertTrue(own.contains(visitor), about + " " + own);
                    }
                }
            }
        }
    }

    /** A forced lifetime is larder's own affair: a purge cannot reach a browser. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: y",
                "Cache-Control: max-age=5",
                "Cache-Control: max-age=0, must-revalidate",
                "Cache-Control: public",
                "Expires: 0",
                "Expires: Sun, 22 Nov 2026 00:00:00 GMT",
                "Last-Modified: Sun, 22 Nov 2026 00:00:00 GMT",
                "ETag: \"a\"",
                "Pragma: no-cache",
                "Age: 7",
                "Cache-Control: s-maxage=5, stale-while-revalidate=9"
            })
    void nobodyLearnsALifetimeThatTheBackendDidNotGive(String field) throws Exception {
        status = 200;
        said = new String[] {field};
        String path = "/forced/" + unit++;
        try (RawClient client = rig.client()) {
            Until.holds("stored", () -> client.get(path).cacheStatus().startsWith("larder; hit"));
            rig.clock().advance(java.time.Duration.ofSeconds(3));
            Answer hit = client.get(path);
            assertTrue(hit.cacheStatus().startsWith("larder; hit"), hit.cacheStatus());
            Map<String, String> fields = new TreeMap<>(hit.fields());
            for (String name : new String[] {"cache-control", "expires", "last-modified", "etag", "pragma"}) {
                boolean backends = field.toLowerCase(java.util.Locale.ROOT).startsWith(name + ":");
                assertEquals(
                        backends ? field.substring(field.indexOf(':') + 2) : null,
                        fields.get(name),
                        name + " of " + fields);
            }
            assertFalse(fields.containsKey("surrogate-control"));
            assertTrue(Long.parseLong(fields.get("age")) >= 3, "it has aged: " + fields);
        }
    }

    /** A 304 is the answer to a condition; nobody here has sent one. */
    @Test
    void anUnsolicited304IsNotStored() throws Exception {
        for (String route : new String[] {"/forced/", "/origin/"}) {
            String path = route + unit++;
            said = new String[] {"ETag: \"{v}\"", "Cache-Control: max-age=60"};
            status = 304;
            try (RawClient client = rig.client()) {
                rig.origin().script((request, exchange) -> {
                    exchange.send("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nCache-Control: max-age=60\r\n\r\n");
                    return true;
                });
                client.get(path);
                rig.origin().script(PrivateStoredTest::answer);
                status = 200;
                said = new String[] {"Cache-Control: max-age=60"};
                assertEquals("for a", client.get(path, "X-Visitor: a").text());
            } finally {
                rig.origin().script(PrivateStoredTest::answer);
            }
        }
    }
}
