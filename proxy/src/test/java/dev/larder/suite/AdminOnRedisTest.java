package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.larder.rig.RawClient;
import dev.larder.rig.Until;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The admin address of one of two sidecars on one Redis. */
class AdminOnRedisTest {

    private static final String RULES = """
            version: 1
            routes:
              - { name: item, get: "/item/{id}", ttl: 5m }
            """;

    private static Sidecars sidecars;

    @BeforeAll
    static void start() throws Exception {
        sidecars = Sidecars.of(2, RULES, (request, exchange) -> {
            exchange.respond(200, "body of " + request.target());
            return true;
        });
    }

    @AfterAll
    static void stop() {
        sidecars.close();
    }

    private static JsonNode ask(int sidecar, String method, String target, String body) throws Exception {
        try (RawClient admin = RawClient.connect(sidecars.rig(sidecar).sidecar().adminAddress())) {
            String answer = admin.send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n"
                            + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .answer(false)
                    .text();
            return new ObjectMapper().readTree(answer);
        }
    }

    private static TreeSet<String> keys(int sidecar, String glob) throws Exception {
        TreeSet<String> seen = new TreeSet<>();
        String cursor = "";
        do {
            JsonNode page = ask(
                    sidecar,
                    "GET",
                    "/api/keys?limit=10&match=" + glob + "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8),
                    "");
            assertFalse(page.has("error"), page::toString);
            page.get("keys").forEach(key -> {
                assertEquals("http://courses.test", key.get("site").asText());
                assertTrue(key.get("bytes").asLong() > 0, key::toString);
                seen.add(key.get("key").asText());
            });
            cursor = page.get("cursor").isNull() ? "" : page.get("cursor").asText();
        } while (!cursor.isEmpty());
        return seen;
    }

    @Test
    void whatOneSidecarStoredTheOtherListsAndShows() throws Exception {
        try (RawClient client = sidecars.rig(0).client()) {
            for (int i = 0; i < 40; i++) {
                client.get("/item/listed-" + i);
            }
        }
        Until.holds("all of it is listed", () -> keys(1, "item:id:listed-*").size() == 40);
        String first = ask(0, "GET", "/status", "").get("instance").asText();
        assertNotEquals(first, ask(1, "GET", "/status", "").get("instance").asText());
        JsonNode listed =
                ask(1, "GET", "/api/keys?limit=1000&match=item:id:listed-*", "").get("keys");
        assertFalse(listed.isEmpty());
        for (JsonNode key : listed) {
            assertEquals(first, key.get("storedBy").asText());
            long age = key.get("ageSeconds").asLong();
            assertTrue(age >= 0 && age <= 60, key::toString);
            assertEquals(300, age + key.get("ttlSeconds").asLong(), 1, key::toString);
        }
        JsonNode shown = ask(1, "GET", "/api/stored?key=item:id:listed-7&site=http://courses.test&body=true", "");
        assertEquals("body of /item/listed-7", shown.get("body").asText(), shown::toPrettyString);
        assertEquals(first, shown.get("storedBy").asText(), shown::toPrettyString);
        JsonNode explained = ask(
                1, "POST", "/api/explain", "{\"key\":\"item:id:listed-7\",\"host\":\"courses.test\",\"live\":true}");
        assertEquals(first, explained.at("/live/storedBy").asText(), explained::toPrettyString);
    }

    @Test
    void aPurgeOrderedAtOneSidecarReachesTheCopiesOfTheOther() throws Exception {
        try (RawClient client = sidecars.rig(0).client()) {
            Until.holds(
                    "a copy is there",
                    () -> client.get("/item/copied").cacheStatus().startsWith("larder; hit"));
            JsonNode purged = ask(1, "POST", "/api/purge", "{\"key\":\"item:id:copied\"}");
            assertTrue(purged.get("applied").asBoolean(), purged::toPrettyString);
            assertFalse(client.get("/item/copied").cacheStatus().startsWith("larder; hit"));
        }
        Until.holds(
                "both have noted it",
                () -> ask(0, "GET", "/api/purges", "")
                                .toString()
                                .contains("\"cause\":\"elsewhere\",\"groups\":[\"route:item:id=copied\"]")
                        && ask(1, "GET", "/api/purges", "").toString().contains("\"cause\":\"api: 127.0.0.1\""));
    }
}
