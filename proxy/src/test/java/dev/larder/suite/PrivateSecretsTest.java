package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import dev.larder.settings.Settings;
import dev.larder.store.redis.RealRedis;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** No credential is anywhere in clear: not in a key or a value of the store, a log line, a metric, the admin address. */
class PrivateSecretsTest {

    private static final String SESSION = "PLANTED-SESSION-7f3a";
    private static final String API_KEY = "PLANTED-APIKEY-91bc";
    private static final String BASIC = "UExBTlRFRDpCQVNJQw";
    private static final String QUERY = "PLANTED-QUERY-55de";
    private static final String OTHER = "PLANTED-OTHER-a2b4";
    private static final String PASSWORD = "PLANTED-PASSWORD-c0de";
    private static final List<String> PLANTED = List.of(SESSION, API_KEY, BASIC, QUERY, OTHER, PASSWORD, Truth.SECRET);

    private static final String RULES = """
            version: 1
            identity:
              session:
                credential: { cookie: sid }
                resolve: { get: /me, claims: { id: /id } }
                end: [POST /logout]
              key: { credential: { header: X-Api-Key }, opaque: true }
              token:
                credential: { header: Authorization }
                jwt: { algorithms: [HS256], secret: "%s" }
            routes:
              - { name: mine, get: "/mine/{x}", identity: session, access: { id: "7" }, key: { x: path.x, id: identity.id }, ttl: 60s }
              - { name: own, get: "/own/{x}", identity: key, access: public, key: { x: path.x, id: identity.id }, ttl: 60s }
              - { name: token, get: "/token/{x}", identity: token, access: public, key: { x: path.x, id: identity.id }, ttl: 60s }
              - { name: open, get: "/open/{x}", access: public, ttl: 60s }
            purges:
              - { name: changed, when: ["POST /open/{x}"], purge: ["open:x:{x}"] }
            """.formatted(Truth.SECRET);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger ours = (Logger) LoggerFactory.getLogger("dev.larder");
    private final Logger access = (Logger) LoggerFactory.getLogger("larder.access");
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Level before = ours.getLevel();
    private RealRedis redis;
    private volatile String vary = "Accept";

    @BeforeEach
    void listen() {
        redis = new RealRedis();
        redis.commands().configSet("requirepass", PASSWORD);
        ours.setLevel(Level.TRACE);
        access.setLevel(Level.TRACE);
        log.start();
        root.addAppender(log);
    }

    @AfterEach
    void leave() {
        root.detachAppender(log);
        access.setLevel(null);
        ours.setLevel(before);
        redis.close();
    }

    private boolean answer(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange) throws Exception {
        if (request.target().equals("/me")) {
            exchange.respond(200, "{\"id\":\"7\"}", "Content-Type: application/json");
        } else {
            exchange.respond(200, "an answer to everybody", "Vary: " + vary);
        }
        return true;
    }

    private ProxyRig rig() {
        return ProxyRig.with(RULES, this::answer, of -> {
            Settings redisStore = Truth.storedAt("redis://:" + PASSWORD + "@127.0.0.1:" + redis.port())
                    .apply(of);
            return Rigs.logging(redisStore);
        });
    }

    private void visit(ProxyRig rig) throws Exception {
        String token = PrivateTokensTest.signedFor("7");
        try (RawClient client = rig.client()) {
            for (int i = 0; i < 4; i++) {
                client.get("/mine/1", "Cookie: theme=" + OTHER + "; sid=" + SESSION);
                client.get("/own/1", "X-Api-Key: " + API_KEY, "Cookie: other=" + OTHER);
                client.get("/token/1", "Authorization: Bearer " + token);
                client.get(
                        "/open/1", "Authorization: Basic " + BASIC, "Cookie: sid=" + SESSION, "X-Api-Key: " + API_KEY);
                client.get("/open/1?token=" + QUERY, "Cookie: sid=" + SESSION);
                client.get("/mine/1", "Cookie: sid=" + SESSION + "; sid=" + SESSION);
                client.get("/mine/1?token=" + QUERY, "Cookie: sid=" + SESSION);
                client.get("/token/1", "Authorization: Bearer x." + OTHER + ".y");
                client.get("/nowhere?token=" + QUERY, "Authorization: Basic " + BASIC);
            }
            client.request("POST", "/open/1?token=" + QUERY, "password=" + PASSWORD, "Cookie: sid=" + SESSION);
            client.request("POST", "/logout", "", "Cookie: sid=" + SESSION);
            client.get("/open/1", "Cookie: sid=" + SESSION);
            client.send("GET /open/1 HTTP/1.1\r\nHost: a\r\nHost: b\r\nCookie: sid=" + SESSION + "\r\n\r\n")
                    .answer(false);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept", "X-Api-Key", "Accept, x-api-key, Cookie", "Authorization"})
    void whatVisitorsProveThemselvesByIsNowhereInClear(String varying) throws Exception {
        vary = varying;
        try (ProxyRig rig = rig()) {
            visit(rig);
            try (RawClient admin = RawClient.connect(rig.sidecar().adminAddress())) {
                assertHoldsNone("metrics", admin.get("/metrics").text());
                assertHoldsNone("status", admin.get("/status").text());
            }
            assertHoldsNone("Redis", contents());
        }
        String lines = log.list.stream()
                .map(event ->
                        event.getLoggerName() + " " + event.getFormattedMessage() + " " + event.getThrowableProxy())
                .collect(Collectors.joining("\n"));
        assertTrue(lines.contains("larder.access"), "the access log was not seen: " + lines);
        assertHoldsNone("log", lines);
    }

    @Test
    void whatIsStoredIsThereToBeSearched() throws Exception {
        try (ProxyRig rig = rig()) {
            visit(rig);
            Until.holds("stored", () -> contents().contains("an answer to everybody"));
            String text = contents();
            for (String key : List.of("mine:id:7", "own:id:", "token:id:7")) {
                assertTrue(text.contains(key), key + " is not among\n" + text);
            }
        }
    }

    /** A response that says it depends on a credential's field would need that field's value beside it. */
    @Test
    void aResponseThatVariesByACredentialsFieldIsNotStored() throws Exception {
        vary = "X-Api-Key";
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            Until.holds(
                    "the store answers",
                    () -> rig.sidecar().store().status().usable()
                            && rig.sidecar().store().inTouch());
            assertEquals(
                    "larder; fwd=uri-miss; detail=vary-credential",
                    client.get("/own/1", "X-Api-Key: " + API_KEY).cacheStatus());
        }
    }

    private static void assertHoldsNone(String where, String text) {
        for (String planted : PLANTED) {
            assertFalse(text.contains(planted), where + " holds " + planted + ":\n" + text);
        }
        assertFalse(text.contains(PrivateTokensTest.signedFor("7")), where + " holds a token:\n" + text);
    }

    /** All keys, fields and values. */
    private String contents() {
        StringBuilder text = new StringBuilder();
        for (String key : redis.commands().keys("*")) {
            text.append(key).append('\n');
            switch (redis.commands().type(key)) {
                case "hash" -> {
                    for (Map.Entry<String, String> field :
                            redis.commands().hgetall(key).entrySet()) {
                        text.append(field.getKey())
                                .append(' ')
                                .append(field.getValue())
                                .append('\n');
                    }
                }
                case "string" -> text.append(redis.commands().get(key)).append('\n');
                case "list" -> text.append(redis.commands().lrange(key, 0, -1)).append('\n');
                case "set" -> text.append(redis.commands().smembers(key)).append('\n');
                case "zset" -> text.append(redis.commands().zrange(key, 0, -1)).append('\n');
                default ->
                    throw new IllegalStateException(
                            key + " is a " + redis.commands().type(key));
            }
        }
        return text.toString();
    }
}
