package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.larder.rig.Gate;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A write takes effect at the backend before its answer is here. What is fetched in between for the visitor whom it changes
 * is the answer for whom they have become, and must not be stored as that for whom they have been.
 */
class ChangingVisitorTest {

    private static final String RULES = """
            version: 1
            identity:
              session:
                credential: { cookie: sid }
                resolve: { get: /who, claims: { id: /id, role: /role } }
                end: [POST /switch]
            routes:
              - { name: mine, get: "/mine/{n}", access: { role: [USER, ADMIN] }, key: { n: path.n, user: identity.id }, ttl: 1m }
              - { name: ours, get: "/ours/{n}", access: { role: [USER, ADMIN] }, key: { n: path.n, role: identity.role }, ttl: 1m }
            purges:
              - name: role
                when: [POST /role]
                with: { user: "request.body:/user" }
                purge: [{ identity: session, where: { id: "{user}" } }]
              - name: mine
                when: [POST /save]
                with: { user: identity.id }
                purge: [{ route: mine, where: { user: "{user}" } }]
            """;

    private static final String FIRST = "Cookie: sid=first";
    private static final String SECOND = "Cookie: sid=second";

    /** User by session, role by user. */
    private final Map<String, String> users = new ConcurrentHashMap<>(Map.of("sid=first", "1", "sid=second", "1"));

    private final Map<String, String> roles = new ConcurrentHashMap<>(Map.of("1", "USER", "2", "USER", "3", "USER"));
    private final Map<String, String> saved = new ConcurrentHashMap<>();
    private final Gate changed = new Gate();
    private volatile int changeStatus = 200;

    private boolean answer(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange) throws Exception {
        String session = request.fields().getOrDefault("cookie", "");
        String user = users.getOrDefault(session, "");
        String role = roles.getOrDefault(user, "");
        switch (request.target().split("/")[1]) {
            case "who" -> exchange.respond(200, "{\"id\":\"%s\",\"role\":\"%s\"}".formatted(user, role));
            case "mine" -> exchange.respond(200, "of " + user + saved.getOrDefault(user, ""));
            case "save" -> {
                saved.put(user, ", saved");
                exchange.respond(200, "");
            }
            case "ours" -> exchange.respond(200, "for " + role);
            case "switch" -> {
                users.put(session, "2");
                changed.pass();
                exchange.respond(changeStatus, "");
            }
            default -> {
                roles.put("1", "ADMIN");
                changed.pass();
                exchange.respond(changeStatus, "");
            }
        }
        return true;
    }

    private static void store(RawClient client, String target, String session) throws Exception {
        Until.holds(
                "a hit for " + target,
                () -> client.get(target, session).cacheStatus().startsWith("larder; hit"));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 500})
    void whatASessionGetsWhileItChangesHandsIsNotItsFormerUsers(int status) throws Exception {
        changeStatus = status;
        try (ProxyRig rig = Rigs.rig(RULES, this::answer);
                RawClient writer = rig.client();
                RawClient reader = rig.client()) {
            store(reader, "/mine/0", FIRST);
            store(reader, "/mine/0", SECOND);
            writer.send(Rigs.head("POST", "/switch", FIRST, "Content-Length: 0"));
            changed.awaitArrivals(1);
            assertEquals("of 2", reader.get("/mine/1", FIRST).text());
            assertEquals("of 1", reader.get("/mine/1", SECOND).text());
            changed.open();
            assertEquals(status, writer.answer(false).status());
            assertEquals("of 1", reader.get("/mine/1", SECOND).text());
            assertEquals("of 2", reader.get("/mine/1", FIRST).text());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 12\r\n\r\n{\"user\":\"1\"}",
                "Transfer-Encoding: chunked\r\n\r\nc\r\n{\"user\":\"1\"}\r\n0\r\n\r\n"
            })
    void whatAVisitorGetsWhileTheirRoleChangesIsNotForAllOfTheFormerOne(String body) throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, this::answer);
                RawClient writer = rig.client();
                RawClient reader = rig.client()) {
            users.put("sid=second", "3");
            store(reader, "/ours/0", FIRST);
            store(reader, "/ours/0", SECOND);
            writer.send("POST /role HTTP/1.1\r\nHost: courses.test\r\n" + body);
            changed.awaitArrivals(1);
            assertEquals("for ADMIN", reader.get("/ours/1", FIRST).text());
            assertEquals("for USER", reader.get("/ours/1", SECOND).text());
            changed.open();
            assertEquals(200, writer.answer(false).status());
            assertEquals("for USER", reader.get("/ours/1", SECOND).text());
            assertEquals("for ADMIN", reader.get("/ours/1", FIRST).text());
        }
    }

    @Test
    void whatASessionGetsThroughAnotherSidecarWhileItChangesHandsIsNotItsFormerUsers() throws Exception {
        try (Sidecars sidecars = Sidecars.of(2, RULES, this::answer);
                RawClient writer = sidecars.client(0);
                RawClient reader = sidecars.client(1)) {
            store(reader, "/mine/0", FIRST);
            store(reader, "/mine/0", SECOND);
            writer.send(Rigs.head("POST", "/switch", FIRST, "Content-Length: 0"));
            changed.awaitArrivals(1);
            assertEquals("of 2", reader.get("/mine/1", FIRST).text());
            neverStored(sidecars, "mine:n:1:");
            assertEquals("of 1", reader.get("/mine/1", SECOND).text());
            store(reader, "/mine/2", SECOND);
            changed.open();
            assertEquals(200, writer.answer(false).status());
            assertEquals("of 2", reader.get("/mine/1", FIRST).text());
            store(reader, "/mine/1", FIRST);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 12\r\n\r\n{\"user\":\"1\"}",
                "Transfer-Encoding: chunked\r\n\r\nc\r\n{\"user\":\"1\"}\r\n0\r\n\r\n"
            })
    void whatAVisitorGetsThroughAnotherSidecarWhileTheirRoleChangesIsNotForAllOfTheFormerOne(String body)
            throws Exception {
        try (Sidecars sidecars = Sidecars.of(2, RULES, this::answer);
                RawClient writer = sidecars.client(0);
                RawClient reader = sidecars.client(1)) {
            users.put("sid=second", "3");
            store(reader, "/ours/0", FIRST);
            store(reader, "/ours/0", SECOND);
            writer.send("POST /role HTTP/1.1\r\nHost: courses.test\r\n" + body);
            changed.awaitArrivals(1);
            assertEquals("for ADMIN", reader.get("/ours/1", FIRST).text());
            neverStored(sidecars, "ours:n:1:");
            assertEquals("for USER", reader.get("/ours/1", SECOND).text());
            changed.open();
            assertEquals(200, writer.answer(false).status());
            assertEquals("for ADMIN", reader.get("/ours/1", FIRST).text());
        }
    }

    /** When a response of a later fetch is stored, that of an earlier one has been, or never will be. */
    private static void neverStored(Sidecars sidecars, String key) throws Exception {
        try (RawClient later = sidecars.client(1)) {
            store(later, "/mine/9", SECOND);
        }
        assertEquals(java.util.List.of(), sidecars.redis().commands().keys("larder:" + key + "*"));
    }

    @Test
    void whatASessionWritesWhileItChangesHandsPurgesForItsNewUser() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, this::answer);
                RawClient changer = rig.client();
                RawClient client = rig.client()) {
            users.put("sid=second", "2");
            store(client, "/mine/0", FIRST);
            store(client, "/mine/0", SECOND);
            changer.send(Rigs.head("POST", "/switch", FIRST, "Content-Length: 0"));
            changed.awaitArrivals(1);
            assertEquals(200, client.request("POST", "/save", "", FIRST).status());
            assertEquals("of 2, saved", client.get("/mine/0", SECOND).text());
            changed.open();
            assertEquals(200, changer.answer(false).status());
        }
    }

    @Test
    void otherVisitorsAreStoredForAsBeforeAndWhatIsStoredIsServed() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, this::answer);
                RawClient writer = rig.client();
                RawClient reader = rig.client()) {
            users.put("sid=second", "3");
            store(reader, "/mine/0", FIRST);
            store(reader, "/mine/0", SECOND);
            writer.send(Rigs.head("POST", "/switch", FIRST, "Content-Length: 0"));
            changed.awaitArrivals(1);
            store(reader, "/mine/0", FIRST);
            store(reader, "/mine/1", SECOND);
            changed.open();
            assertEquals(200, writer.answer(false).status());
            store(reader, "/mine/1", FIRST);
        }
    }

    @Test
    void aWriteWhoseRequestHasNotEndedKeepsNothingFromBeingStored() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, this::answer);
                RawClient writer = rig.client();
                RawClient reader = rig.client()) {
            store(reader, "/mine/0", FIRST);
            writer.send("POST /role HTTP/1.1\r\nHost: courses.test\r\nContent-Length: 12\r\n\r\n{\"us");
            store(reader, "/mine/1", FIRST);
            store(reader, "/mine/2", FIRST);
        }
    }
}
