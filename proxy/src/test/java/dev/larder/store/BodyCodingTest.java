package dev.larder.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BodyCodingTest {

    private static final byte[] TEXT =
            "{\"course\":\"somewhat repetitive\"}".repeat(200).getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @EnumSource(BodyCoding.class)
    void aBodyComesBackAsItWas(BodyCoding coding) {
        for (byte[] plain : new byte[][] {{}, {1}, TEXT, noise(5_000)}) {
            assertArrayEquals(plain, coding.decode(coding.encode(plain), plain.length));
        }
    }

    @ParameterizedTest
    @EnumSource(value = BodyCoding.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void whatIsNoSuchBodyIsRefusedAndNeverLongerThanItSays(BodyCoding coding) {
        byte[] encoded = coding.encode(TEXT);
        assertTrue(encoded.length < TEXT.length / 4);
        assertThrows(IllegalArgumentException.class, () -> coding.decode(encoded, TEXT.length - 1));
        assertThrows(IllegalArgumentException.class, () -> coding.decode(encoded, TEXT.length + 1));
        assertThrows(IllegalArgumentException.class, () -> coding.decode(TEXT, TEXT.length));
        assertThrows(
                IllegalArgumentException.class,
                () -> coding.decode(Arrays.copyOf(encoded, encoded.length / 2), TEXT.length));
    }

    @Test
    void aResponseIsKeptInTheCodingOnlyWhereThatIsShorter() {
        StoredResponse plain = response(noise(2_000));
        assertEquals(BodyCoding.NONE, plain.kept(BodyCoding.GZIP).coding());
        StoredResponse kept = response(TEXT).kept(BodyCoding.ZSTD);
        assertEquals(TEXT.length, kept.plainLength());
        assertArrayEquals(TEXT, kept.plainBody());
    }

    @ParameterizedTest
    @EnumSource(BodyCoding.class)
    void theCodingIsStoredBesideTheBody(BodyCoding coding) {
        StoredResponse before = response(TEXT).kept(coding);
        StoredResponse after = decode(encode(before));
        assertNotNull(after);
        assertEquals(coding, after.coding());
        assertArrayEquals(TEXT, after.plainBody());
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(9110).nextBytes(noise);
        return noise;
    }

    private static StoredResponse response(byte[] body) {
        return new StoredResponse(
                "courses:id:7",
                StoreSamples.head(),
                body,
                "fp",
                new Epochs("run", Map.of("route:courses", "a"), "change", false));
    }

    private static byte[] encode(StoredResponse response) {
        return StoredResponseCodec.plain().encode(response, StoreSamples.PLACE);
    }

    private static @Nullable StoredResponse decode(byte[] value) {
        return StoredResponseCodec.plain().decode(value, StoreSamples.PLACE);
    }
}
