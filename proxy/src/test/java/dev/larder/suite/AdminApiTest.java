package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.larder.rig.Adjusted;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import dev.larder.settings.Settings;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be asked of a running sidecar and told to it, and by whom; {@code openapi.json} says the same. */
class AdminApiTest {

    private static final String RULES = """
            version: 1
            identity:
              session: { credential: { cookie: sid }, resolve: { get: /me, claims: { id: /id }, ttl: 5m } }
            routes:
              - { name: item, get: "/item/{id}", access: public, ttl: 5m, tags: ["item:{id}"] }
              - { name: mine, get: "/mine", access: { id: "7" }, key: { id: identity.id }, ttl: 5m }
            """;

    private static final String TOKEN = "a token of sixteen and more";
    private static final String BEARER = "Authorization: Bearer " + TOKEN;
    private static final String JSON = "Content-Type: application/json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static ProxyRig rig;
    private static JsonNode api;

    @BeforeAll
    static void start() throws Exception {
        rig = ProxyRig.with(RULES, AdminApiTest::answer, settings -> with(settings, settings.admin()));
        api = MAPPER.readTree(request("GET", "/api/openapi.json", "").body());
    }

    private static boolean answer(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange) throws Exception {
        if (request.target().equals("/me")) {
            exchange.respond(200, "{\"id\":7}");
        } else {
            exchange.respond(200, "body-of-" + request.target(), "X-Told: head-of-" + request.target());
        }
        return true;
    }

    private static Settings with(Settings of, Settings.Address admin) {
        return Adjusted.of(of).admin(admin).adminToken(Optional.of(TOKEN)).done();
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static RawClient admin(ProxyRig of) {
        return RawClient.connect(of.sidecar().adminAddress());
    }

    /** Asks by an address, as people do. */
    private static JsonNode ask(String method, String target, String body, String... fields) throws Exception {
        Answer answer = request(method, target, body, fields);
        JsonNode json = MAPPER.readTree(answer.body());
        JsonNode schema = api.at("/paths")
                .path(target.replaceFirst("\\?.*", ""))
                .path(method.toLowerCase(java.util.Locale.ROOT))
                .at("/responses/" + answer.status() + "/content/application~1json/schema");
        assertFalse(schema.isMissingNode(), method + " " + target + " answered " + answer.status() + " " + json);
        assertEquals(List.of(), problems(json, schema, target), () -> json.toPrettyString());
        return json;
    }

    private static Answer request(String method, String target, String body, String... fields) throws Exception {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        boolean host = false;
        for (String field : fields) {
            head.append(field).append("\r\n");
            host |= field.startsWith("Host:");
        }
        if (!host) {
            head.append("Host: 127.0.0.1\r\n");
        }
        if (method.equals("POST")) {
            head.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        try (RawClient client = admin(rig)) {
            return client.send(head + "\r\n" + body).answer(false);
        }
    }

    // ---- the document and what is served -------------------------------------------------------------------------

    /** As much of JSON Schema as the document uses. */
    private static List<String> problems(JsonNode value, JsonNode schema, String at) {
        List<String> problems = new ArrayList<>();
        if (schema.has("$ref")) {
            return problems(value, api.at(schema.get("$ref").asText().substring(1)), at);
        }
        if (schema.isEmpty()) {
            return problems;
        }
        if (schema.has("oneOf")) {
            for (JsonNode one : schema.get("oneOf")) {
                if (problems(value, one, at).isEmpty()) {
                    return problems;
                }
            }
            return List.of(at + " is none of those described");
        }
        JsonNode type = schema.path("type");
        List<String> allowed = new ArrayList<>();
        if (type.isArray()) {
            type.forEach(one -> allowed.add(one.asText()));
        } else {
            allowed.add(type.asText());
        }
        String is = value.isNull()
                ? "null"
                : value.isObject()
                        ? "object"
                        : value.isArray()
                                ? "array"
                                : value.isTextual()
                                        ? "string"
                                        : value.isBoolean()
                                                ? "boolean"
                                                : value.isIntegralNumber() ? "integer" : "number";
        if (!allowed.contains(is) && !(is.equals("integer") && allowed.contains("number"))) {
            return List.of(at + " is " + is + ", not " + allowed);
        }
        if (value.isArray()) {
            value.forEach(element -> problems.addAll(problems(element, schema.get("items"), at + "[]")));
        }
        if (value.isObject()) {
            JsonNode properties = schema.path("properties");
            schema.path("required").forEach(name -> {
                if (!value.has(name.asText())) {
                    problems.add(at + " lacks " + name.asText());
                }
            });
            for (Map.Entry<String, JsonNode> member : value.properties()) {
                JsonNode of = properties.path(member.getKey());
                JsonNode others = schema.path("additionalProperties");
                if (!of.isMissingNode()) {
                    problems.addAll(problems(member.getValue(), of, at + "." + member.getKey()));
                } else if (others.isObject()) {
                    problems.addAll(problems(member.getValue(), others, at + "." + member.getKey()));
                } else if (others.isBoolean()) {
                    problems.add(at + " has " + member.getKey() + ", which is not described");
                }
            }
        }
        return problems;
    }

    @Test
    void theDocumentNamesWhatIsServedAndNothingElse() throws Exception {
        TreeSet<String> described = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : api.get("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                described.add(path.getKey());
                String other = method.getKey().equals("get") ? "POST" : "GET";
                Answer answer = request(other, path.getKey(), "{}", JSON);
                assertEquals(405, answer.status(), path.getKey());
                assertEquals(
                        method.getKey().toUpperCase(java.util.Locale.ROOT),
                        answer.fields().get("allow"));
            }
        }
        String known = MAPPER.readTree(request("GET", "/nothing", "").body())
                .get("error")
                .asText();
        assertEquals(new TreeSet<>(List.of(known.replace("known here: ", "").split(", "))), described);
    }

    // ---- what is said --------------------------------------------------------------------------------------------

    @Test
    void whatHasComeOfRequestsIsCountedByRoute() throws Exception {
        try (RawClient client = rig.client()) {
            client.get("/item/counted");
            client.get("/item/counted");
            client.get("/item/counted?debug=1");
            client.get("/nowhere");
            // What came before on this connection has been counted by then.
            client.get("/item/counted");
        }
        JsonNode stats = ask("GET", "/api/stats", "");
        JsonNode item = stats.at("/routes/item");
        assertTrue(item.get("hits").asLong() >= 1, stats::toPrettyString);
        assertTrue(item.get("misses").asLong() >= 1);
        assertTrue(item.at("/bypassReasons/unnamed-query-parameter").asLong() >= 1);
        assertTrue(item.get("bytesFromStore").asLong() >= "body-of-/item/counted".length());
        assertTrue(stats.at("/routes/-/bypassReasons/no-route").asLong() >= 1);
        assertTrue(stats.get("totalKeys").asLong() >= 1);
        Until.holds(
                "a second has passed",
                () -> ask("GET", "/api/seconds?since=0", "").get("seconds").findValuesAsText("requests").stream()
                        .anyMatch(count -> !count.equals("0")));
        ask("GET", "/api/top?limit=5", "");
        ask("GET", "/api/live?since=0&purged=0", "");
        ask("GET", "/status", "");
        ask("GET", "/api/rules", "");
    }

    @Test
    void whatIsStoredIsListedInPages() throws Exception {
        try (RawClient client = rig.client()) {
            for (int i = 0; i < 12; i++) {
                client.get("/item/page-" + i);
            }
            client.get("/item/page-11");
        }
        TreeSet<String> seen = new TreeSet<>();
        String cursor = "";
        do {
            JsonNode page = ask("GET", "/api/keys?limit=5&match=item:id:page-*&cursor=" + cursor, "");
            assertTrue(page.get("looked").asInt() <= 5);
            page.get("keys").forEach(key -> {
                seen.add(key.get("key").asText());
                assertTrue(key.get("ttlSeconds").asLong() <= 300);
            });
            cursor = page.get("cursor").isNull() ? "" : page.get("cursor").asText();
        } while (!cursor.isEmpty());
        assertEquals(12, seen.size(), seen::toString);
        assertEquals(
                "the cursor is not known any more; begin anew without one",
                ask("GET", "/api/keys?cursor=m0", "").get("error").asText());
    }

    @Test
    void oneStoredResponseIsShown() throws Exception {
        try (RawClient client = rig.client()) {
            client.get("/item/shown");
            client.get("/item/shown");
            JsonNode shown = ask("GET", "/api/stored?key=item:id:shown&site=http://courses.test&body=true", "");
            assertEquals("fresh", shown.get("stored").asText(), shown::toPrettyString);
            assertEquals("body-of-/item/shown", shown.get("body").asText());
            assertEquals("head-of-/item/shown", shown.at("/fields/x-told").asText());
        }
        assertEquals(
                "no",
                ask("GET", "/api/stored?key=item:id:none&site=http://courses.test", "")
                        .get("stored")
                        .asText());
        ask("GET", "/api/stored?key=other:id:none&site=http://courses.test", "");
    }

    @Test
    void whatBelongsToAVisitorIsShownToTheTokenAlone() throws Exception {
        try (RawClient client = rig.client()) {
            client.get("/mine", "Cookie: sid=s-e-c-r-e-t");
            Until.holds(
                    "it is stored",
                    () -> client.get("/mine", "Cookie: sid=s-e-c-r-e-t")
                            .cacheStatus()
                            .startsWith("larder; hit"));
        }
        String target = "/api/stored?key=mine:id:7&site=http://courses.test&body=true";
        JsonNode redacted = ask("GET", target, "");
        assertTrue(redacted.get("redacted").asBoolean());
        assertFalse(redacted.toString().contains("body-of-"), redacted::toString);
        assertFalse(redacted.toString().contains("head-of-"), redacted::toString);
        JsonNode whole = ask("GET", target, "", BEARER);
        assertEquals("body-of-/mine", whole.get("body").asText());
        for (String all : List.of(
                "/api/stats",
                "/api/keys",
                "/api/top",
                "/api/live",
                "/api/purges",
                "/api/rules",
                "/status",
                "/metrics")) {
            String said = request("GET", all, "").text();
            assertFalse(said.contains("s-e-c-r-e-t") || said.contains("body-of-") || said.contains(TOKEN), all);
        }
    }

    @Test
    void aRequestIsExplainedAsOnTheCommandLineAndAgainstWhatIsStored() throws Exception {
        String asked = "{\"target\":\"/item/explained\",\"host\":\"courses.test\",\"live\":true}";
        JsonNode before = ask("POST", "/api/explain", asked, JSON);
        assertEquals("item:id:explained", before.get("key").asText());
        assertEquals("no", before.at("/live/stored").asText(), before::toPrettyString);
        try (RawClient client = rig.client()) {
            client.get("/item/explained");
            client.get("/item/explained");
        }
        JsonNode after = ask("POST", "/api/explain", asked, JSON);
        assertEquals("fresh", after.at("/live/stored").asText());
        assertTrue(after.get("lines").toString().contains("this request is looked up"));
        JsonNode bypass = ask("POST", "/api/explain", "{\"target\":\"/item/1?debug=1\"}", JSON);
        assertFalse(bypass.get("cached").asBoolean());
        JsonNode known = ask("POST", "/api/explain", "{\"target\":\"/mine\",\"as\":{\"id\":\"7\"}}", JSON);
        assertEquals("mine:id:7", known.get("key").asText());
    }

    @Test
    void aKeyThatHoldsWhoAsksIsExplainedByARequestOfTheirs() throws Exception {
        String key = "{\"key\":\"mine:id:7\",\"live\":true";
        JsonNode nobody = ask("POST", "/api/explain", key + "}", JSON);
        assertEquals("more-than-path-and-query", nobody.get("reason").asText());
        JsonNode visitor = ask("POST", "/api/explain", key + ",\"visitor\":true}", JSON);
        assertEquals("/mine", visitor.get("target").asText(), visitor::toPrettyString);
        assertEquals("7", visitor.at("/as/id").asText());
        assertEquals("mine:id:7", visitor.get("key").asText());
        JsonNode item = ask("POST", "/api/explain", "{\"key\":\"item:id:1\",\"visitor\":true}", JSON);
        assertEquals("/item/1", item.get("target").asText());
        assertFalse(item.has("as"), item::toPrettyString);
    }

    @Test
    void aRequestWhoseBodyComesLaterThanItsHeadIsAnswered() throws Exception {
        String body = "{\"target\":\"/item/1\"}";
        try (RawClient client = admin(rig)) {
            client.send("POST /api/explain HTTP/1.1\r\nHost: localhost\r\n" + JSON + "\r\nContent-Length: "
                    + body.length() + "\r\n\r\n");
            for (int i = 0; i < 4; i++) {
                // By then the head has been read.
                assertEquals(200, request("GET", "/health", "").status());
            }
            assertEquals(200, client.send(body).answer(false).status());
            assertEquals(200, client.get("/health").status());
        }
    }

    // ---- purges --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"key":"item:id:KIND"}                  | key
            {"glob":"item:id:KIND*"}                | glob
            {"tag":"item:KIND"}                     | tag
            {"route":"item","where":{"id":"KIND"}}  | route
            """)
    void aPurgeTellsWhatItWouldHitAndThenHitsIt(String order, String kind) throws Exception {
        String id = "purged-" + kind;
        String body = order.replace("KIND", id);
        try (RawClient client = rig.client()) {
            client.get("/item/" + id);
            assertTrue(client.get("/item/" + id).cacheStatus().startsWith("larder; hit"));
            JsonNode preview = ask("POST", "/api/purge", body.replaceFirst("}$", ",\"preview\":true}"), JSON);
            assertFalse(preview.get("purged").asBoolean());
            assertTrue(preview.at("/hits/sampleKeys").toString().contains("item:id:" + id), preview::toPrettyString);
            assertTrue(client.get("/item/" + id).cacheStatus().startsWith("larder; hit"));
            JsonNode purged = ask("POST", "/api/purge", body.replaceFirst("}$", ",\"by\":\"a test\"}"), JSON);
            assertTrue(purged.get("purged").asBoolean() && purged.get("applied").asBoolean());
            assertFalse(client.get("/item/" + id).cacheStatus().startsWith("larder; hit"));
        }
        JsonNode events = ask("GET", "/api/purges", "").get("purges");
        assertTrue(events.toString().contains("api: 127.0.0.1 a?test"), events::toString);
    }

    @Test
    void clearPurgesEverything() throws Exception {
        try (RawClient client = rig.client()) {
            client.get("/item/cleared");
            assertTrue(client.get("/item/cleared").cacheStatus().startsWith("larder; hit"));
            ask("POST", "/api/clear", "{}", JSON);
            assertFalse(client.get("/item/cleared").cacheStatus().startsWith("larder; hit"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                    | expected exactly one of key, glob, tag and route
            {"key":"item:id:1","tag":"x"}         | expected exactly one of key, glob, tag and route
            {"glob":"nothing:*"}                  | "nothing:*" matches no key that any route writes; expected a glob over the keys of a route, or optional: true
            {"route":"nothing"}                   | no route is named "nothing"; expected the name of a route
            {"key":"item:id:*"}                   | a key holds no asterisk; expected glob instead of key
            {"glob":"item:id:{id}"}               | there are no variables here: no request is purging
            ["key"]                               | the body is no object in JSON
            """)
    void aPurgeThatCannotBeMeantIsRefused(String order, String why) throws Exception {
        assertEquals(why, ask("POST", "/api/purge", order, JSON).get("error").asText());
    }

    @Test
    void aReloadThatCannotBeIsRefusedWithItsProblems() throws Exception {
        JsonNode reload = ask("POST", "/api/reload", "{\"by\":\"somebody\"}", JSON);
        assertFalse(reload.get("applied").asBoolean());
        assertTrue(reload.get("problems").toString().contains("rules.yaml"), reload::toString);
        assertTrue(ask("GET", "/api/rules", "").at("/lastReload/cause").asText().endsWith("somebody"));
    }

    // ---- who may -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET  | /api/stats | Host: 127.0.0.1                                          | 200
            GET  | /api/stats | Host: localhost:9090                                     | 200
            GET  | /api/stats | Host: [::1]:9090                                         | 200
            GET  | /api/stats | Host: evil.test                                          | 403
            GET  | /api/stats | Host: 127.0.0.1.evil.test                                | 403
            GET  | /api/stats | Host: localhost;Origin: http://evil.test                 | 403
            GET  | /api/stats | Host: localhost;Origin: null                             | 403
            GET  | /api/stats | Host: localhost;Origin: http://localhost                 | 200
            GET  | /api/stats | Host: localhost;Sec-Fetch-Site: cross-site               | 403
            GET  | /api/stats | Host: localhost;Authorization: Bearer another            | 401
            GET  | /api/stats | Host: larder.test;Authorization: Bearer a token of sixteen and more | 200
            POST | /api/clear | Host: localhost                                          | 415
            POST | /api/clear | Host: localhost;Content-Type: text/plain                 | 415
            GET  | /health    | Host: larder.test                                        | 200
            GET  | /metrics   | Host: larder.test                                        | 200
            OPTIONS | /api/clear | Host: localhost                                       | 405
            """)
    void pagesOfOtherSitesAreNotAnswered(String method, String target, String fields, int status) throws Exception {
        Answer answer = request(method, target, "", fields.split(";"));
        assertEquals(status, answer.status(), answer.text());
        assertFalse(answer.fields().containsKey("access-control-allow-origin"));
    }

    @Test
    void beyondThisMachineTheTokenIsNeededForAllButProbesAndMetrics() throws Exception {
        try (ProxyRig open = ProxyRig.with(
                RULES, AdminApiTest::answer, settings -> with(settings, new Settings.Address("0.0.0.0", 0)))) {
            InetSocketAddress at = new InetSocketAddress(
                    "127.0.0.1", open.sidecar().adminAddress().getPort());
            try (RawClient client = RawClient.connect(at)) {
                assertEquals(200, client.get("/health").status());
                assertEquals(200, client.get("/metrics").status());
                assertEquals(401, client.get("/status").status());
                assertEquals(401, client.get("/api/stats").status());
                assertEquals(200, client.get("/api/stats", BEARER).status());
            }
        }
    }
}
