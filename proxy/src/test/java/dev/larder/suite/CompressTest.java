package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import dev.larder.store.redis.RealRedis;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies are kept compressed once, and each client gets what it accepts. */
class CompressTest {

    private static final String RULES = """
            version: 1
            routes:
              - { name: zipped, get: "/gzip/{id}", ttl: 60s, compress: gzip }
              - { name: dense, get: "/zstd/{id}", ttl: 60s, compress: zstd }
              - { name: plain, get: "/plain/{id}", ttl: 60s }
            """;

    private static final String SHORT = "short";
    private static final String TEXT = "{\"name\":\"a course\"},".repeat(500);
    private static final String LONG = "{\"name\":\"a long course\"},".repeat(10_000);

    private static ScriptedOrigin.Script answering(String body, String... fields) {
        return (request, exchange) -> {
            exchange.respond(200, body, fields);
            return true;
        };
    }

    private static boolean isHit(Answer answer) {
        return answer.cacheStatus().startsWith("larder; hit");
    }

    private static Answer hit(RawClient client, String target, String... fields) throws Exception {
        Until.holds("a hit", () -> isHit(client.get(target, fields)));
        return client.get(target, fields);
    }

    private static byte[] decoded(Answer answer, String coding) throws IOException {
        if (coding.equals("zstd")) {
            return Zstd.decompress(answer.body(), 4 << 20);
        }
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            return gzip.readAllBytes();
        }
    }

    @ParameterizedTest
    @CsvSource({"gzip, false", "zstd, false", "gzip, true", "zstd, true"})
    void eachClientGetsWhatItAccepts(String coding, boolean isLong) throws Exception {
        String body = isLong ? LONG : TEXT;
        byte[] plain = body.getBytes(StandardCharsets.UTF_8);
        try (ProxyRig rig = Rigs.rig(RULES, answering(body, "ETag: \"v1\"", "Vary: RSC, Accept-Encoding"));
                RawClient client = rig.client()) {
            String target = "/" + coding + "/1";
            Answer miss = client.get(target, "Accept-Encoding: " + coding);
            assertArrayEquals(plain, miss.body());
            assertEquals("RSC, Accept-Encoding", miss.fields().get("vary"));
            Answer encoded = hit(client, target, "Accept-Encoding: br, " + coding + ";q=0.5");
            assertEquals(coding, encoded.fields().get("content-encoding"));
            assertEquals("W/\"v1\"", encoded.fields().get("etag"));
            assertTrue(encoded.body().length < plain.length / 10);
            assertArrayEquals(plain, decoded(encoded, coding));
            Answer identity = hit(client, target, "Accept-Encoding: " + coding + ";q=0");
            assertNull(identity.fields().get("content-encoding"));
            assertEquals("\"v1\"", identity.fields().get("etag"));
            assertArrayEquals(plain, identity.body());
            assertArrayEquals(plain, hit(client, target).body());
            assertEquals(1, rig.origin().received().size());
            assertEquals(
                    "identity",
                    rig.origin().received().iterator().next().fields().get("accept-encoding"));
        }
    }

    private interface Damage {
        String to(String value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void aKeptBodyThatCannotBeDecodedIsAMiss(String coding) throws Exception {
        Map<String, Damage> damages = new LinkedHashMap<>();
        damages.put("garbled", value -> value.substring(0, value.length() - 30) + "\0".repeat(30));
        damages.put("of another length", value -> value.replaceFirst("kept " + coding + " 1", "kept " + coding + " 2"));
        damages.put(
                "longer than may be",
                value -> value.replaceFirst("kept " + coding + " .", "kept " + coding + " 214748364"));
        damages.put("of no coding", value -> value.replaceFirst("kept " + coding, "kept rar."));
        damages.put(
                "of the other coding",
                value -> value.replaceFirst("kept " + coding, coding.equals("gzip") ? "kept zstd" : "kept gzip"));
        String target = "/" + coding + "/1";
        String key = "larder:" + (coding.equals("gzip") ? "zipped" : "dense") + ":id:1";
        AtomicInteger version = new AtomicInteger(10);
        try (RealRedis redis = new RealRedis();
                ProxyRig rig = ProxyRig.with(
                        RULES,
                        (request, exchange) -> {
                            boolean same = ("\"" + version + "\"")
                                    .equals(request.fields().get("if-none-match"));
                            exchange.respond(same ? 304 : 200, same ? "" : TEXT + version, "ETag: \"" + version + "\"");
                            return true;
                        },
                        of -> Rigs.onRedis(of, redis.port(), "larder:", Optional.empty(), false));
                RawClient client = rig.client()) {
            for (Map.Entry<String, Damage> one : damages.entrySet()) {
                for (boolean expired : new boolean[] {false, true}) {
                    String now = TEXT + version.incrementAndGet();
                    redis.commands().flushall();
                    Until.holds("stored", () -> {
                        Answer answer = client.get(target);
                        return isHit(answer) && answer.text().equals(now);
                    });
                    byte[] value = redis.octets().hget(key, "http://courses.test|");
                    String damaged = one.getValue().to(new String(value, StandardCharsets.ISO_8859_1));
                    redis.octets()
                            .hset(
                                    key,
                                    "http://courses.test|",
                                    TamperTest.unkeyed(damaged.getBytes(StandardCharsets.ISO_8859_1)));
                    if (expired) {
                        rig.clock().advance(Duration.ofMinutes(2));
                    }
                    Answer answer = client.get(target);
                    String about = one.getKey() + ", expired: " + expired + ", " + answer.cacheStatus();
                    assertEquals(200, answer.status(), about);
                    assertEquals(now, answer.text(), about);
                    assertFalse(isHit(answer), about);
                    assertEquals(now, hit(client, target).text(), about);
                }
            }
        }
    }

    @Test
    void aConditionHoldsForBothForms() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, answering(TEXT, "ETag: \"v1\""));
                RawClient client = rig.client()) {
            client.get("/gzip/1");
            hit(client, "/gzip/1");
            for (String known : new String[] {"W/\"v1\"", "\"v1\""}) {
                Answer answer = client.get("/gzip/1", "Accept-Encoding: gzip", "If-None-Match: " + known);
                assertEquals(304, answer.status());
                assertEquals("W/\"v1\"", answer.fields().get("etag"));
                assertEquals("Accept-Encoding", answer.fields().get("vary"));
                assertNull(answer.fields().get("content-encoding"));
            }
        }
    }

    @Test
    void theHeadOfEitherFormIsThatOfItsGet() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, answering(TEXT));
                RawClient client = rig.client()) {
            client.get("/gzip/1");
            Answer encoded = hit(client, "/gzip/1", "Accept-Encoding: gzip");
            Answer head = client.send(Rigs.head("HEAD", "/gzip/1", "Accept-Encoding: gzip"))
                    .answer(true);
            assertEquals("gzip", head.fields().get("content-encoding"));
            assertEquals(Integer.toString(encoded.body().length), head.fields().get("content-length"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"short | X-A: 1", "text | Content-Encoding: br", "text | Cache-Control: max-age=9, no-transform"})
    void whatIsShortEncodedOrNotToBeTransformedIsKeptAsItCame(String length, String field) throws Exception {
        String body = length.equals("short") ? SHORT : TEXT;
        try (ProxyRig rig = Rigs.rig(RULES, answering(body, field));
                RawClient client = rig.client()) {
            client.get("/gzip/1", "Accept-Encoding: gzip");
            Answer hit = hit(client, "/gzip/1", "Accept-Encoding: gzip");
            assertEquals(body, hit.text());
            assertFalse("gzip".equals(hit.fields().get("content-encoding")));
        }
    }

    @Test
    void withoutCompressTheVisitorsOwnAcceptEncodingIsSentOn() throws Exception {
        try (ProxyRig rig = Rigs.rig(RULES, answering(TEXT));
                RawClient client = rig.client()) {
            client.get("/plain/1", "Accept-Encoding: gzip");
            assertEquals(
                    "gzip", rig.origin().received().iterator().next().fields().get("accept-encoding"));
            assertEquals(TEXT, hit(client, "/plain/1", "Accept-Encoding: gzip").text());
        }
    }
}
