package dev.larder.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredResponseCodecTest {

    private static StoredResponse sample() {
        StoredHead head = new StoredHead(
                new ResponseHead(
                        200, "OK", Fields.of("content-type", "application/json", "Set-Cookie", "a", "set-cookie", "b")),
                Instant.parse("2026-11-22T10:00:00.123Z"),
                Instant.parse("2026-11-22T10:00:00.456789Z"),
                Fields.of("rsc", "1"),
                Duration.ofMinutes(5),
                Duration.ZERO,
                Duration.ofHours(1));
        return new StoredResponse(
                "courses:id:7",
                head,
                "{\"course\":{}}".getBytes(StandardCharsets.UTF_8),
                "fingerprint",
                new Epochs("run", Map.of("route:courses", "abc", "route:courses:id=7", "def"), "change", false));
    }

    @Test
    void whatARuleChangedOfVaryIsKept() {
        for (List<String> selecting : List.of(List.<String>of(), List.of("accept", "x-theme"))) {
            StoredHead own = sample().head();
            StoredHead head = new StoredHead(
                    own.response(),
                    own.requestTime(),
                    own.responseTime(),
                    own.varied(),
                    own.lifetime(),
                    own.staleWhileRevalidate(),
                    own.staleIfError(),
                    selecting);
            StoredResponse before = new StoredResponse(
                    sample().keyText(), head, sample().body(), sample().fingerprint(), sample().epochs());
            StoredResponse after = decode(encode(before));
            assertEquals(selecting, after == null ? null : after.head().selecting());
        }
    }

    @Test
    void theHeadIsTextThatCanBeRead() {
        String text = new String(encode(sample()), StandardCharsets.ISO_8859_1);
        assertTrue(
                text.matches("(?s)larder/1 crc32c [0-9a-f]{8} head \\d+ body 13\nkey courses:id:7\nstatus 200 OK\n.*"),
                text);
        assertTrue(text.contains("\nepoch def route:courses:id=7\n"), text);
        assertTrue(text.contains("\n= content-type: application/json\n"), text);
        assertTrue(text.endsWith("\n\n{\"course\":{}}"), text);
    }

    @Test
    void anyResponseComesBackAsItWas() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            StoredResponse response = anyResponse(random);
            StoredResponse decoded = decode(encode(response));
            assertNotNull(decoded, "response " + i);
            assertTrue(StoreSamples.equal(response, decoded), "response " + i);
        }
    }

    @Test
    void everyFlippedBitIsAMiss() {
        byte[] bytes = encode(sample());
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertNull(decode(flipped), "bit " + bit);
        }
        assertNotNull(decode(bytes));
    }

    @Test
    void everyTruncationIsAMissAndSoIsWhatFollows() {
        byte[] bytes = encode(sample());
        for (int length = 0; length < bytes.length; length++) {
            assertNull(decode(Arrays.copyOf(bytes, length)), "length " + length);
        }
        assertNull(decode(Arrays.copyOf(bytes, bytes.length + 1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "larder/1",
                "larder/1 crc32c 00000000 head 0 body 0\n",
                "larder/2 crc32c 00000000 head 0 body 0\n",
                "larder/1 crc32c 00000000 head 2147483647 body 2147483647\n",
                "larder/1 crc32c 00000000 head -1 body 1\n",
                "larder/1 crc32c 00000000 head 99999999999999999999 body 0\n",
                "larder/1 crc32c 00000000 head +0 body 0\n",
                "larder/1 hmac 00000000 head 0 body 0\n",
                "larder/1  crc32c 00000000 head 0 body 0\n",
                "GET / HTTP/1.1\r\n\r\n"
            })
    void whatIsNoStoredResponseIsAMiss(String text) {
        assertNull(decode(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void noiseIsAMiss() {
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            assertNull(decode(noise));
        }
    }

    @Test
    void aRightCheckOverAHeadThatLacksALineIsAMiss() {
        for (String head :
                new String[] {"\n", "key\n\n", "key a\nstatus x\n\n", "epoch a\n\n", "= a\n\n", "key \\u00\n\n"}) {
            byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
            java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
            crc.update(bytes);
            String first = String.format("larder/1 crc32c %08x head %d body 0\n", crc.getValue(), bytes.length);
            assertNull(decode((first + head).getBytes(StandardCharsets.ISO_8859_1)), head);
        }
    }

    @Test
    void equalResponsesAreEqualBytes() {
        assertArrayEquals(encode(sample()), encode(sample()));
    }

    @Test
    void aThousandEpochsFit() {
        Map<String, String> tokens = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            tokens.put("route:r:id=" + i, "token" + i);
        }
        StoredResponse one = sample();
        StoredResponse wide = new StoredResponse(
                one.keyText(), one.head(), one.body(), one.fingerprint(), new Epochs("r", tokens, "c", false));
        StoredResponse decoded = decode(encode(wide));
        assertNotNull(decoded);
        assertEquals(tokens, decoded.epochs().tokens());
    }

    private static StoredResponse anyResponse(Random random) {
        byte[] body = new byte[random.nextInt(300)];
        random.nextBytes(body);
        Map<String, String> tokens = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            tokens.put(text(random), "t" + random.nextInt());
        }
        StoredHead head = new StoredHead(
                new ResponseHead(
                        100 + random.nextInt(900),
                        text(random),
                        anyFields(random),
                        random.nextBoolean() ? "1.0" : "1.1"),
                Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
                Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
                anyFields(random),
                Duration.ofMillis(random.nextLong(1L << 40)),
                Duration.ofMillis(random.nextLong(1L << 40)),
                Duration.ofMillis(random.nextLong(1L << 40)));
        return new StoredResponse(
                text(random), head, body, text(random), new Epochs(text(random), tokens, text(random), false));
    }

    private static Fields anyFields(Random random) {
        Fields.Builder fields = Fields.builder();
        for (int i = random.nextInt(5); i > 0; i--) {
            fields.add("x-" + random.nextInt(3), text(random));
        }
        return fields.build();
    }

    /** Lines, separators, backslashes, octets above 0x7f and characters beyond them. */
    private static String text(Random random) {
        String alphabet = "ab =:\\u\n\r\t\0%\u007f\u0080\u00ff\u20ac\ud83d\ude00";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static byte[] encode(StoredResponse response) {
        return StoredResponseCodec.plain().encode(response, StoreSamples.PLACE);
    }

    private static @Nullable StoredResponse decode(byte[] value) {
        return StoredResponseCodec.plain().decode(value, StoreSamples.PLACE);
    }
}
