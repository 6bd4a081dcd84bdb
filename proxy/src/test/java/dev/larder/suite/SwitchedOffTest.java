package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.larder.rig.Adjusted;
import dev.larder.rig.Gate;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.settings.Settings;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The kill switch: nothing is served from the store or put there, at once, and writes go on purging. */
class SwitchedOffTest {

    private static final String RULES = """
            version: 1
            identity:
              session: { credential: { cookie: sid }, opaque: {} }
            routes:
              - { name: item, get: "/item/{id}", access: public, ttl: 5m }
              - { name: slow, get: "/slow/{id}", access: public, ttl: 5m }
              - { name: mine, get: "/mine/{id}", key: { id: path.id, who: identity.id }, access: public, ttl: 5m }
            purges:
              - { name: item-changed, when: "PUT /item/{id}", purge: ["item:id:{id}"] }
            """;

    private static final String OFF = "larder; fwd=bypass; detail=switched-off";
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final AtomicInteger VERSION = new AtomicInteger();

    private static volatile Gate gate = new Gate();
    private static ProxyRig rig;

    @BeforeAll
    static void start() {
        rig = ProxyRig.with(RULES, SwitchedOffTest::answer);
    }

    private static boolean answer(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange) throws Exception {
        if (request.target().startsWith("/slow/")) {
            gate.pass();
        }
        exchange.respond(200, request.target() + " " + VERSION.incrementAndGet());
        return true;
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @AfterEach
    void on() throws Exception {
        bypass(rig, false);
    }

    static JsonNode bypass(ProxyRig of, boolean on) throws Exception {
        try (RawClient admin = RawClient.connect(of.sidecar().adminAddress())) {
            String body = "{\"on\":" + on + ",\"by\":\"somebody\"}";
            Answer answer = admin.send(
                            "POST /api/bypass HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                    .answer(false);
            assertEquals(200, answer.status(), answer.text());
            return MAPPER.readTree(answer.body());
        }
    }

    private static JsonNode admin(String target) throws Exception {
        try (RawClient admin = RawClient.connect(rig.sidecar().adminAddress())) {
            admin.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return MAPPER.readTree(admin.answer(false).body());
        }
    }

    @Test
    void nothingIsServedOrStoredUntilItIsSwitchedOn() throws Exception {
        try (RawClient client = rig.client()) {
            client.get("/item/a");
            Answer hit = client.get("/item/a");
            assertTrue(hit.cacheStatus().startsWith("larder; hit"), hit.cacheStatus());
            JsonNode said = bypass(rig, true);
            assertTrue(said.get("on").asBoolean());
            assertEquals("127.0.0.1 somebody", said.get("by").asText());
            Answer past = client.get("/item/a", "Cookie: a=b");
            assertEquals(OFF, past.cacheStatus());
            assertTrue(!past.text().equals(hit.text()), past.text());
            assertEquals(OFF, client.get("/item/a").cacheStatus());
            assertEquals(OFF, client.get("/item/never-stored").cacheStatus());
            assertEquals(OFF, client.get("/mine/a", "Cookie: sid=abc").cacheStatus());
            assertTrue(admin("/api/stats").at("/bypass/on").asBoolean());
            assertTrue(admin("/status").at("/bypass/on").asBoolean());
            try (RawClient admin = RawClient.connect(rig.sidecar().adminAddress())) {
                String metrics = admin.get("/metrics").text();
                assertTrue(metrics.contains("larder_bypass 1"), metrics);
                assertTrue(metrics.contains("detail=\"switched-off\""), metrics);
            }
            bypass(rig, false);
            Answer again = client.get("/item/a");
            assertTrue(again.cacheStatus().startsWith("larder; hit"), again.cacheStatus());
            assertEquals(hit.text(), again.text());
            assertEquals(
                    "larder; fwd=uri-miss; stored",
                    client.get("/item/never-stored").cacheStatus());
        }
    }

    @Test
    void whatWasPurgedMeanwhileIsNotServedAfterIt() throws Exception {
        try (RawClient client = rig.client()) {
            client.get("/item/b");
            client.get("/item/c");
            bypass(rig, true);
            Answer write = client.request("PUT", "/item/b", "x");
            assertEquals("larder; fwd=method; detail=write", write.cacheStatus());
            bypass(rig, false);
            assertEquals("larder; fwd=uri-miss; stored", client.get("/item/b").cacheStatus());
            assertTrue(client.get("/item/c").cacheStatus().startsWith("larder; hit"));
        }
    }

    @Test
    void whatIsBeingFetchedIsNotStoredAndWhoWaitsForItAsksForThemselves() throws Exception {
        gate = new Gate();
        List<RawClient> clients = Rigs.clients(rig, 3, "/slow/1");
        try (RawClient next = rig.client()) {
            Rigs.awaitFollowers(rig, 2);
            bypass(rig, true);
            gate.open();
            List<Answer> answers = Rigs.answers(clients);
            assertEquals(2, Rigs.count(answers, OFF), answers::toString);
            assertEquals(3, answers.stream().map(Answer::text).distinct().count());
            Rigs.awaitRest(rig);
            bypass(rig, false);
            assertEquals("larder; fwd=uri-miss; stored", next.get("/slow/1").cacheStatus());
        }
    }

    @Test
    void theSettingSwitchesItOffAtTheStart() throws Exception {
        try (ProxyRig off = ProxyRig.with(
                        RULES,
                        SwitchedOffTest::answer,
                        settings -> Adjusted.of(settings)
                                .trial(new Settings.Trial(true, false, 0))
                                .done());
                RawClient client = off.client()) {
            client.get("/item/a");
            assertEquals(OFF, client.get("/item/a").cacheStatus());
            bypass(off, false);
            client.get("/item/a");
            assertTrue(client.get("/item/a").cacheStatus().startsWith("larder; hit"));
        }
    }
}
