package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.larder.rig.Adjusted;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.SpanCollector;
import dev.larder.rig.TestClock;
import dev.larder.rig.Until;
import dev.larder.settings.Settings;
import dev.larder.settings.Settings.AccessLog.Format;
import dev.larder.store.redis.RealRedis;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Whatever an operator can look at, searched for what visitors, backend and settings hold secret: two access logs, the log
 * at its usual level, metrics, all that the admin address answers and the live page reads, spans. Three sidecars on one
 * Redis have served it all: one with a log of text, one with a log of JSON, one that observes.
 */
class PrivateViewsTest {

    private static final String COOKIE = "PLANTED-COOKIE-7f3a";
    private static final String OTHER_COOKIE = "PLANTED-THEME-a2b4";
    private static final String BASIC = "UExBTlRFRDpCQVNJQw";
    private static final String SET_COOKIE = "PLANTED-SETCOOKIE-91bc";
    private static final String QUERY = "PLANTED-QUERY-55de";
    private static final String REQUEST_BODY = "PLANTED-REQUESTBODY-08aa";
    private static final String ANSWER_BODY = "PLANTED-ANSWERBODY-66f1";
    private static final String ID = "PLANTED-ID-3b3b";
    private static final String FIELD = "PLANTED-FIELD-d1d1";
    private static final String PASSWORD = "PLANTED-PASSWORD-c0de";
    private static final String ADMIN_TOKEN = "PLANTED-ADMINTOKEN-4e4e";
    private static final String JWT = PrivateTokensTest.signedFor("PLANTED-SUBJECT-2a2a");

    private static final Map<String, String> PLANTED = planted();

    private static Map<String, String> planted() {
        Map<String, String> planted = new LinkedHashMap<>();
        planted.put("a cookie of an identity", COOKIE);
        planted.put("another cookie", OTHER_COOKIE);
        planted.put("Authorization", BASIC);
        planted.put("Set-Cookie", SET_COOKIE);
        planted.put("a query parameter", QUERY);
        planted.put("a request's body", REQUEST_BODY);
        planted.put("an answer's body", ANSWER_BODY);
        planted.put("who a visitor is", ID);
        planted.put("a field that chooses an answer", FIELD);
        planted.put("the password of Redis", PASSWORD);
        planted.put("the admin-token", ADMIN_TOKEN);
        planted.put("a token", JWT);
        planted.put("a token's signature", JWT.substring(JWT.lastIndexOf('.') + 1));
        planted.put("whose token it is", "PLANTED-SUBJECT");
        planted.put("the key of tokens", Truth.SECRET);
        return planted;
    }

    private static final String RULES = """
            version: 1
            identity:
              session:
                credential: { cookie: sid }
                resolve: { get: /me, claims: { id: /id, role: /role } }
                end: [POST /logout]
              token:
                credential: { header: Authorization }
                jwt: { algorithms: [HS256], secret: "%s" }
            routes:
              - { name: staff, get: "/staff/{x}", identity: session, access: { role: ADMIN }, ttl: 60s }
              - { name: token, get: "/token/{x}", identity: token, access: { id: "PLANTED-SUBJECT-2a2a" }, ttl: 60s }
              - { name: open, get: "/open/{x}", access: public, query: { ignore: [token] }, ttl: 60s }
              - { name: varied, get: "/varied/{x}", access: public, ttl: 60s }
            purges:
              - { name: changed, when: ["POST /open/{x}"], with: { name: "request.body:/name" }, purge: ["open:x:{x}", "staff:*"] }
            """.formatted(Truth.SECRET);

    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();
    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private static final Map<Logger, Level> BEFORE = new LinkedHashMap<>();
    private static final AtomicInteger ANSWERS = new AtomicInteger();

    private static RealRedis redis;
    private static SpanCollector collector;
    private static ScriptedOrigin origin;
    private static final List<ProxyRig> RIGS = new ArrayList<>();

    @BeforeAll
    static void serve() throws Exception {
        level("ROOT", Level.INFO);
        level("io.netty", Level.WARN);
        level("io.lettuce", Level.ERROR);
        level("larder.access", Level.INFO);
        LOG.start();
        ROOT.addAppender(LOG);
        redis = new RealRedis();
        redis.commands().configSet("requirepass", PASSWORD);
        collector = new SpanCollector();
        origin = ScriptedOrigin.start(PrivateViewsTest::answer);
        RIGS.add(rig(Format.TEXT, false));
        RIGS.add(rig(Format.JSON, false));
        RIGS.add(rig(Format.OFF, true));
        for (ProxyRig rig : RIGS) {
            Until.holds(
                    "the store answers",
                    () -> rig.sidecar().store().status().usable()
                            && rig.sidecar().store().inTouch());
            visit(rig);
        }
    }

    /** As a process begins, whatever tests before this one have said. */
    private static void level(String name, Level level) {
        Logger logger = (Logger) LoggerFactory.getLogger(name);
        BEFORE.put(logger, logger.getLevel());
        logger.setLevel(level);
    }

    private static ProxyRig rig(Format log, boolean observes) {
        return ProxyRig.before(origin, new TestClock(), RULES, of -> {
            Settings onRedis = Truth.storedAt("redis://:" + PASSWORD + "@127.0.0.1:" + redis.port())
                    .apply(of);
            return Adjusted.of(onRedis)
                    .accessLog(new Settings.AccessLog(log, 1))
                    .adminToken(Optional.of(ADMIN_TOKEN))
                    .trial(new Settings.Trial(false, observes, observes ? 0 : 1))
                    .telemetry(new Settings.Telemetry(Optional.of(collector.endpoint()), 1))
                    .done();
        });
    }

    @AfterAll
    static void stop() {
        RIGS.forEach(ProxyRig::close);
        origin.close();
        collector.close();
        redis.close();
        ROOT.detachAppender(LOG);
        BEFORE.forEach(Logger::setLevel);
    }

    private static boolean answer(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange) throws Exception {
        String target = request.target();
        String cookie = "Set-Cookie: s=" + SET_COOKIE;
        if (target.equals("/me")) {
            exchange.respond(200, "{\"id\":\"" + ID + "\",\"role\":\"ADMIN\"}", "Content-Type: application/json");
        } else if (target.startsWith("/staff")) {
            // Another one each time: who compares finds a difference.
            exchange.respond(200, ANSWER_BODY + ANSWERS.incrementAndGet(), "X-Told: " + ANSWER_BODY);
        } else if (target.startsWith("/token")) {
            exchange.respond(200, ANSWER_BODY, "X-Told: " + ANSWER_BODY);
        } else if (target.startsWith("/varied")) {
            exchange.respond(200, "an answer to everybody", "Vary: X-Chosen");
        } else if (target.startsWith("/open")) {
            exchange.respond(200, "an answer to everybody");
        } else if (target.startsWith("/cut")) {
            exchange.send("HTTP/1.1 200 X\r\nContent-Length: 9999\r\n" + cookie + "\r\n\r\n" + ANSWER_BODY);
            exchange.reset();
            return false;
        } else if (target.startsWith("/garbage")) {
            exchange.send(ANSWER_BODY + " " + SET_COOKIE + "\r\n\r\n");
            return false;
        } else {
            exchange.respond(target.startsWith("/error") ? 500 : 200, ANSWER_BODY, cookie);
        }
        return true;
    }

    private static void visit(ProxyRig rig) throws Exception {
        String session = "Cookie: theme=" + OTHER_COOKIE + "; sid=" + COOKIE;
        try (RawClient client = rig.client()) {
            for (int i = 0; i < 24; i++) {
                client.get("/staff/1", session);
                client.get("/token/1", "Authorization: Bearer " + JWT);
                client.get("/token/1", "Authorization: Bearer x." + OTHER_COOKIE + ".y");
                client.get("/open/1?token=" + QUERY, session, "Authorization: Basic " + BASIC);
                client.get("/open/1?unnamed=" + QUERY, session);
            }
            client.get("/varied/1", "X-Chosen: " + FIELD);
            client.get("/error?token=" + QUERY, "Authorization: Basic " + BASIC);
            client.get("/nowhere?token=" + QUERY, session);
            client.request("POST", "/error", "password=" + REQUEST_BODY, session);
            String order = "{\"name\":\"x\",\"password\":\"" + REQUEST_BODY + "\"}";
            client.request("POST", "/open/2?token=" + QUERY, order, session, "Content-Type: application/json");
            client.request("POST", "/logout", "", session);
            client.get("/staff/1", session);
        }
        for (String broken : List.of("/cut", "/garbage")) {
            try (RawClient client = rig.client()) {
                client.send("GET " + broken + "?token=" + QUERY + " HTTP/1.1\r\nHost: a\r\n" + session + "\r\n\r\n")
                        .head();
            }
        }
        for (String malformed : List.of("Host: b\r\n", "Bad Name: " + COOKIE + "\r\n", "Content-Length: x\r\n")) {
            try (RawClient client = rig.client()) {
                client.send("GET /open/1?token=" + QUERY + " HTTP/1.1\r\nHost: a\r\n" + malformed + session
                                + "\r\n\r\n")
                        .head();
            }
        }
    }

    private static void assertHoldsNone(String where, String text) {
        PLANTED.forEach(
                (what, planted) -> assertFalse(text.contains(planted), where + " holds " + what + ":\n" + text));
    }

    private static void assertContains(String part, String text) {
        assertTrue(text.contains(part), () -> part + " is not in " + text);
    }

    private static RawClient.Answer ask(ProxyRig rig, String method, String target, String body, boolean token)
            throws Exception {
        try (RawClient admin = RawClient.connect(rig.sidecar().adminAddress())) {
            return admin.send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n"
                            + (token ? "Authorization: Bearer " + ADMIN_TOKEN + "\r\n" : "")
                            + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .answer(false);
        }
    }

    private static JsonNode json(ProxyRig rig, String target) throws Exception {
        RawClient.Answer answer = ask(rig, "GET", target, "", true);
        assertEquals(200, answer.status(), answer::text);
        return new ObjectMapper().readTree(answer.text());
    }

    // ---- the log, and the access log in both forms -----------------------------------------------------------------

    @Test
    void noLineOfALogHoldsAny() {
        Map<String, List<String>> lines = LOG.list.stream()
                .collect(Collectors.groupingBy(
                        event -> event.getLoggerName().equals("larder.access")
                                ? event.getFormattedMessage().startsWith("{") ? "json" : "text"
                                : "log",
                        Collectors.mapping(PrivateViewsTest::line, Collectors.toList())));
        assertEquals(Set.of("json", "text", "log"), lines.keySet());
        for (String kind : List.of("json", "text")) {
            String all = String.join("\n", lines.get(kind));
            for (String seen : List.of("staff", "open:x:1", "hit", "malformed", "POST")) {
                assertTrue(all.contains(seen), kind + " says nothing of " + seen + ":\n" + all);
            }
        }
        lines.forEach((kind, all) -> assertHoldsNone("the log of " + kind, String.join("\n", all)));
    }

    private static String line(ILoggingEvent event) {
        return event.getLoggerName() + " " + event.getFormattedMessage() + " "
                + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }

    // ---- the admin address
    // -------------------------------------------------------------------------------------------

    @Test
    void nothingThatTheAdminAddressAnswersHoldsAny() throws Exception {
        int answers = 0;
        for (ProxyRig rig : RIGS) {
            JsonNode paths = json(rig, "/api/openapi.json").get("paths");
            for (Map.Entry<String, JsonNode> path : paths.properties()) {
                if (path.getValue().has("get") && !path.getKey().equals("/api/stored")) {
                    for (boolean token : new boolean[] {true, false}) {
                        RawClient.Answer answer = ask(rig, "GET", path.getKey(), "", token);
                        assertEquals(200, answer.status(), path.getKey());
                        assertHoldsNone(path.getKey(), answer.fields() + answer.text());
                        answers++;
                    }
                }
            }
        }
        assertTrue(answers >= 3 * 2 * 10, answers + " answers are too few to mean anything");
    }

    @Test
    void whatIsReadOfTheCacheIsThereToBeSearched() throws Exception {
        ProxyRig first = RIGS.get(0);
        assertContains("route:open:x=2", json(first, "/api/purges").toString());
        assertContains("unnamed-query-parameter", json(first, "/api/stats").toString());
        // One request in eight is counted, by chance.
        try (RawClient client = first.client()) {
            Until.holds("a key is among the most frequent", () -> {
                client.get("/open/1?token=" + QUERY);
                return json(first, "/api/live").toString().contains("open:x:1");
            });
        }
    }

    @Test
    void aDifferenceIsReportedWithoutWhatDiffers() throws Exception {
        ProxyRig observing = RIGS.get(2);
        try (RawClient client = observing.client()) {
            Until.holds("a difference is reported", () -> {
                client.get("/staff/2", "Cookie: theme=" + OTHER_COOKIE + "; sid=" + COOKIE);
                return json(observing, "/api/observed").toString().contains("\"originBytes\":");
            });
        }
        assertHoldsNone("/api/observed", json(observing, "/api/observed").toString());
    }

    /** Without the token: whoever shows it may read what identified visitors get. */
    @Test
    void whatIsStoredIsShownWithoutWhatIsSecret() throws Exception {
        ProxyRig rig = RIGS.get(1);
        try (RawClient client = rig.client()) {
            for (String route : List.of("/staff/9", "/token/9", "/varied/9", "/open/9?token=" + QUERY)) {
                client.get(route, "Cookie: sid=" + COOKIE + "9", "X-Chosen: " + FIELD, "Authorization: Bearer " + JWT);
            }
        }
        Set<String> routes = new LinkedHashSet<>();
        Until.holds("all is listed", () -> {
            json(rig, "/api/keys?limit=1000")
                    .get("keys")
                    .forEach(key -> routes.add(key.get("route").asText()));
            return routes.containsAll(Set.of("token", "varied", "open"));
        });
        for (JsonNode key : json(rig, "/api/keys?limit=1000").get("keys")) {
            assertHoldsNone("a listed key", key.toString());
            String of = "key=" + encoded(key.get("key")) + "&site=" + encoded(key.get("site"));
            RawClient.Answer plain = ask(rig, "GET", "/api/stored?body=true&" + of, "", false);
            assertHoldsNone("what is stored", plain.text());
            String explained = "{\"live\":true,\"key\":\"" + key.get("key").asText() + "\"}";
            assertHoldsNone(
                    "an explanation",
                    ask(rig, "POST", "/api/explain", explained, false).text());
        }
        assertHoldsNone(
                "a preview of a purge",
                ask(rig, "POST", "/api/purge", "{\"glob\":\"*\",\"preview\":true}", true)
                        .text());
    }

    private static String encoded(JsonNode text) {
        return URLEncoder.encode(text.asText(), StandardCharsets.UTF_8);
    }

    // ---- spans
    // -------------------------------------------------------------------------------------------------------

    @Test
    void noSpanHoldsAny() throws Exception {
        // What a visitor sends now, ends after all that was sent before.
        try (RawClient client = RIGS.get(0).client()) {
            client.get("/open/last?token=" + QUERY, "Cookie: sid=" + COOKIE);
        }
        for (String name : List.of("GET staff", "GET token", "GET open", "store lookup", "purge", "POST")) {
            collector.one(name);
        }
        assertHoldsNone("what the collector got", collector.raw());
    }
}
