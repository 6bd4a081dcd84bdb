package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Gate;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every answer says what happened to it. Collapsed, stale and validated answers are in the suites of these. */
class StatusTest {

    private static final String RULES = """
            version: 1
            routes:
              - name: items
                get: /items/{id}
                ttl: 60s
                key:
                  id: path.id
                  page: { from: query.page, type: int, default: 1, min: 1 }
              - { name: never, get: "/never/{id}", ttl: 0 }
            purges:
              - { name: item-changed, when: "PUT /items/{id}", purge: ["items:id:{id}:*"] }
            """;

    private static final ScriptedOrigin.Script WELL = (request, exchange) -> {
        exchange.respond(
                200,
                request.method().equals("HEAD") ? "" : "well",
                "Vary: Accept-Language",
                "ETag: \"a\"",
                "Last-Modified: Sun, 22 Nov 2026 00:00:00 GMT",
                "Cache-Control: max-age=5");
        return true;
    };

    private static Answer ask(RawClient client, String method, String target, String field) throws IOException {
        return client.request(method, target, "", field.isEmpty() ? new String[0] : new String[] {field});
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | /items/2 | '' | 200 | fwd=uri-miss; stored",
                "HEAD | /items/2 | '' | 200 | fwd=uri-miss; detail=method",
                "GET | /items/1 | '' | 200 | hit; ttl=",
                "GET | /items/1?page=1 | '' | 200 | hit; ttl=",
                "HEAD | /items/1 | '' | 200 | hit; ttl=",
                "GET | /items/1 | If-None-Match: \"a\" | 304 | hit; ttl=",
                "GET | /items/1 | If-None-Match: \"b\" | 200 | hit; ttl=",
                "GET | /items/1 | If-Modified-Since: Sun, 22 Nov 2026 00:00:00 GMT | 304 | hit; ttl=",
                "GET | /items/1 | Cache-Control: no-cache | 200 | hit; ttl=",
                "GET | /items/1 | Pragma: no-cache | 200 | hit; ttl=",
                "GET | /items/1 | Accept-Language: de | 200 | fwd=vary-miss; stored",
                "GET | /items/2 | Cache-Control: no-store | 200 | fwd=uri-miss; detail=request-no-store",
                "GET | /items/1 | Range: bytes=0-1 | 206 | hit; ttl=",
                "GET | /items/2 | Range: bytes=0-1 | 200 | fwd=bypass; detail=range",
                "GET | /items/1?x=1 | '' | 200 | fwd=bypass; detail=unnamed-query-parameter:x",
                "GET | /items/1?page=0 | '' | 200 | fwd=bypass; detail=key-bounds:page",
                "GET | /items/1?page=1&page=2 | '' | 200 | fwd=bypass; detail=ambiguous-query:page",
                "GET | /items/%2e%2e | '' | 200 | fwd=bypass",
                "GET | /elsewhere | '' | 200 | fwd=bypass; detail=no-route",
                "GET | /never/1 | '' | 200 | fwd=bypass; detail=ttl-zero",
                "OPTIONS | /items/1 | '' | 200 | fwd=method; detail=method",
                "POST | /elsewhere | '' | 200 | fwd=method; detail=method",
                "PUT | /items/1 | '' | 200 | fwd=method; detail=write",
                "DELETE | /items/1 | '' | 200 | fwd=method; detail=write"
            })
    void anAnswerSaysWhatHappenedToIt(String method, String target, String field, int status, String expected)
            throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, WELL);
                RawClient client = rig.client()) {
            client.get("/items/1");
            Answer answer = ask(client, method, target, field);
            assertEquals(status, answer.status());
            String said = answer.cacheStatus();
            assertTrue(said.startsWith("larder; " + expected), said);
            assertEquals("1.1 larder", answer.fields().get("via"));
            if (said.contains("hit")) {
                // Of 60 seconds, of which the one that has begun counts for neither.
                int age = Integer.parseInt(answer.fields().get("age"));
                int left = Integer.parseInt(said.replaceFirst(".*ttl=([0-9]+).*", "$1"));
                assertTrue(age >= 0 && (age + left == 59 || age + left == 60), said + ", age " + age);
            } else {
                assertNull(answer.fields().get("age"));
            }
            assertTrue(answer.fields().containsKey("date"));
            assertFalse(answer.fields().containsKey("proxy-status"));
            // A purge cannot reach a browser: the rule's lifetime is nobody else's business.
            assertEquals("max-age=5", answer.fields().get("cache-control"));
        }
    }

    @Test
    void theAgeOfAHitCountsWhatItWasOldOnArrival() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, (request, exchange) -> {
                    exchange.respond(200, "old", "Age: 7", "Via: 1.0 upstream", "Cache-Status: upstream; hit");
                    return true;
                });
                RawClient client = rig.client()) {
            assertEquals("7", client.get("/items/1").fields().get("age"));
            rig.clock().advance(Duration.ofSeconds(20));
            Answer hit = client.get("/items/1");
            assertEquals("27", hit.fields().get("age"));
            assertEquals("1.0 upstream, 1.1 larder", hit.fields().get("via"));
            assertEquals("upstream; hit, larder; hit; ttl=32", hit.cacheStatus());
        }
    }

    // ---- refusals ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "refused, 502, connection_refused",
        "reset, 502, connection_terminated",
        "silence, 504, http_response_timeout",
        "garbage, 502, http_protocol_error",
        "switch, 502, http_protocol_error"
    })
    void aRefusalSaysWhyInAFormForMachines(String how, int status, String error) throws Exception {
        Gate silence = new Gate();
        try (ProxyRig rig = Rigs.rig(
                        RULES,
                        (request, exchange) -> {
                            switch (how) {
                                case "reset" -> exchange.reset();
                                case "silence" -> silence.pass();
                                case "switch" ->
                                    exchange.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
                                default -> exchange.send("nonsense\r\n\r\n");
                            }
                            return false;
                        },
                        Rigs.originWaits(Duration.ofSeconds(2), Duration.ofSeconds(10)));
                RawClient client = rig.client()) {
            if (how.equals("refused")) {
                rig.origin().close();
            }
            for (String target : new String[] {"/items/1", "/elsewhere"}) {
                Answer refused = client.get(target);
                assertEquals(status, refused.status());
                String proxyStatus = refused.fields().get("proxy-status");
                assertTrue(proxyStatus.startsWith("larder; error=" + error + "; details=\""), proxyStatus);
                assertEquals("larder; detail=" + error, refused.cacheStatus());
                assertEquals("no-store", refused.fields().get("cache-control"));
                assertTrue(refused.text().startsWith("larder: "), refused.text());
            }
            silence.open();
        }
    }
}
