package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.Until;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stored body that is sent in slices, at first from its array and then from direct memory, is the same each time. */
class LongBodiesTest {

    private static final String RULES = """
            version: 1
            routes:
              - { name: long, get: "/long/{id}", ttl: 60s }
            """;

    private static String body(int length) {
        StringBuilder text = new StringBuilder(length + 10);
        for (int i = 0; text.length() < length; i++) {
            text.append(i).append(' ');
        }
        return text.substring(0, length);
    }

    @ParameterizedTest
    @ValueSource(ints = {32_768, 32_769, 65_536, 65_537, 102_400, 1_000_000})
    void everyHitHasAllOfIt(int length) throws Exception {
        String text = body(length);
        byte[] whole = text.getBytes(StandardCharsets.ISO_8859_1);
        try (ProxyRig rig = Rigs.rig(RULES, (request, exchange) -> {
                    exchange.respond(200, text);
                    return true;
                });
                RawClient client = rig.client()) {
            Until.holds("a hit", () -> isHit(client.get("/long/1")));
            for (int i = 0; i < 4; i++) {
                Answer hit = client.get("/long/1");
                assertTrue(isHit(hit));
                assertEquals(Integer.toString(length), hit.fields().get("content-length"));
                assertArrayEquals(whole, hit.body());
            }
            Answer part = client.get("/long/1", "Range: bytes=10-20000");
            assertEquals(206, part.status());
            assertArrayEquals(Arrays.copyOfRange(whole, 10, 20_001), part.body());
            assertArrayEquals(whole, client.get("/long/1").body());
        }
    }

    private static boolean isHit(Answer answer) {
        return answer.cacheStatus().startsWith("larder; hit");
    }
}
