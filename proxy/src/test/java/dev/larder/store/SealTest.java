package dev.larder.store;

import static dev.larder.store.StoreSamples.PLACE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Under a secret, a value decodes in its own place, unchanged, and nowhere else. */
class SealTest {

    private static final SecretKeys KEYS = SecretKeys.of("0123456789abcdef");
    private static final SecretKeys OTHER_KEYS = SecretKeys.of("0123456789abcdeg");

    private enum Kind {
        KEYED,
        ENCRYPTED;

        StoredResponseCodec codec(SecretKeys keys) {
            return this == KEYED ? StoredResponseCodec.authenticated(keys) : StoredResponseCodec.encrypted(keys);
        }

        StoredResponseCodec codec() {
            return codec(KEYS);
        }
    }

    private static StoredResponse sample(String body) {
        return StoreSamples.response(
                StoreSamples.key("7", "RSC", "1"),
                new Epochs("run", Map.of("route:courses", "abc", "route:courses:id=7", "def"), "", false),
                body,
                "Content-Type",
                "application/json",
                "Vary",
                "RSC");
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.ISO_8859_1);
    }

    private static boolean same(StoredResponse one, @Nullable StoredResponse other) {
        return other != null && StoreSamples.equal(one, other);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aValueComesBackAsItWas(Kind kind) {
        for (String body : new String[] {"", "x", "{}".repeat(100_000)}) {
            byte[] value = kind.codec().encode(sample(body), PLACE);
            byte[] before = value.clone();
            // A second time as well: reading changes nothing.
            assertTrue(same(sample(body), kind.codec().decode(value, PLACE)));
            assertTrue(same(
                    sample(body), kind.codec(SecretKeys.of("0123456789abcdef")).decode(value, PLACE)));
            assertArrayEquals(before, value);
        }
    }

    @Test
    void aKeyedValueCanBeRead() {
        String value = text(Kind.KEYED.codec().encode(sample("body"), PLACE));
        assertTrue(
                value.matches("(?s)larder/1 hmac-sha256 [0-9a-f]{64} head \\d+ body 4\nkey courses:id:7\n.*\n\nbody"),
                value);
    }

    @Test
    void ofAnEncryptedValueOnlyTheFirstLineCanBeRead() {
        Set<String> nonces = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            byte[] bytes = Kind.ENCRYPTED.codec().encode(sample("a body that nobody is to see"), PLACE);
            String value = text(bytes);
            assertTrue(value.matches("(?s)larder/1 aes-256-gcm [0-9a-f]{24} head \\d+ body 28\n.*"), value);
            for (String secret :
                    List.of("nobody", "courses", "status", "application/json", "route:", "selecting", "varied")) {
                assertFalse(value.contains(secret), value);
            }
            nonces.add(value.split(" ")[2]);
        }
        assertEquals(100, nonces.size());
    }

    @ParameterizedTest
    @CsvSource({
        "other:, larder:courses:id:7, https://courses.example|",
        "larder:, larder:courses:id:8, https://courses.example|",
        "larder:, larder:courses:id:7, http://courses.example|",
        "larder:, larder:courses:id:7, https://other.example|",
        "larder:, larder:courses:id:7, https://courses.example|rsc:1",
        "larder:l, arder:courses:id:7, https://courses.example|",
        "larder:, larder:courses:id:7h, ttps://courses.example|",
        "larder:, larder:courses:id:7, ''",
    })
    void aValueIsGoodInItsOwnPlaceAlone(String namespace, String name, String field) {
        for (Kind kind : Kind.values()) {
            byte[] value = kind.codec().encode(sample("body"), PLACE);
            assertNull(kind.codec().decode(value, new StoredPlace(namespace, name, field)), kind.name());
        }
    }

    @Test
    void whatWasSealedInAnotherWayIsAMiss() {
        List<StoredResponseCodec> codecs = new ArrayList<>();
        codecs.add(StoredResponseCodec.plain());
        for (SecretKeys keys : List.of(KEYS, OTHER_KEYS)) {
            for (Kind kind : Kind.values()) {
                codecs.add(kind.codec(keys));
            }
        }
        for (StoredResponseCodec by : codecs) {
            byte[] value = by.encode(sample("body"), PLACE);
            for (StoredResponseCodec reader : codecs) {
                assertEquals(by == reader, reader.decode(value, PLACE) != null);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyFlippedBitAndEveryTruncationIsAMiss(Kind kind) {
        byte[] value = kind.codec().encode(sample("{\"course\":{}}"), PLACE);
        for (int bit = 0; bit < value.length * 8; bit++) {
            byte[] flipped = value.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertNull(kind.codec().decode(flipped, PLACE), "bit " + bit);
        }
        for (int length = 0; length < value.length; length++) {
            assertNull(kind.codec().decode(Arrays.copyOf(value, length), PLACE), "length " + length);
        }
        assertNull(kind.codec().decode(Arrays.copyOf(value, value.length + 1), PLACE));
    }

    /** Whatever an attacker makes of two values that they have read. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void noMutationOfValuesDecodes(Kind kind) {
        Random random = new Random(29);
        StoredResponseCodec codec = kind.codec();
        byte[] value = codec.encode(sample("{\"course\":{}}"), PLACE);
        byte[] other = codec.encode(sample("{\"lesson\":[]}"), new StoredPlace("larder:", "larder:courses:id:8", ""));
        for (int i = 0; i < 30_000; i++) {
            byte[] mutated = value;
            for (int times = 1 + random.nextInt(4); times > 0; times--) {
                mutated = mutated(mutated, random.nextBoolean() ? value : other, random);
            }
            if (!Arrays.equals(mutated, value)) {
                byte[] tried = mutated;
                assertNull(codec.decode(mutated, PLACE), () -> "mutation: " + text(tried));
            }
        }
    }

    private static byte[] mutated(byte[] value, byte[] from, Random random) {
        int at = random.nextInt(value.length + 1);
        int length = random.nextInt(1 + random.nextInt(40));
        int end = Math.min(value.length, at + length);
        byte[] piece;
        switch (random.nextInt(5)) {
            case 0 -> piece = new byte[0];
            case 1 -> piece = HexFormat.of().formatHex(noise(random, length)).getBytes(StandardCharsets.ISO_8859_1);
            case 2 -> piece = noise(random, end - at);
            case 3 -> piece = Arrays.copyOfRange(from, Math.min(at, from.length), Math.min(end, from.length));
            default -> {
                int begin = random.nextInt(from.length);
                piece = Arrays.copyOfRange(from, begin, Math.min(from.length, begin + length));
            }
        }
        byte[] mutated = new byte[at + piece.length + value.length - end];
        System.arraycopy(value, 0, mutated, 0, at);
        System.arraycopy(piece, 0, mutated, at, piece.length);
        System.arraycopy(value, end, mutated, at + piece.length, value.length - end);
        return mutated;
    }

    private static byte[] noise(Random random, int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void threadsDoNotDisturbEachOther(Kind kind) {
        StoredResponseCodec codec = kind.codec();
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            StoredResponse response = sample("body " + i);
            all.add(CompletableFuture.supplyAsync(() -> {
                boolean right = true;
                for (int j = 0; j < 50; j++) {
                    right &= same(response, codec.decode(codec.encode(response, PLACE), PLACE));
                }
                return right;
            }));
        }
        all.forEach(each -> assertTrue(StoreSamples.await(each)));
    }

    @Test
    void eachUseHasAKeyOfItsOwn() {
        // HKDF computed elsewhere: a change of it would make all that is stored a miss.
        assertEquals(
                "760e7f3f12946052f357004c48ae0f3d946f58f03a9c40ece32a88f3f4a26ff4",
                HexFormat.of().formatHex(KEYS.credentials()));
        Set<String> keys = new HashSet<>();
        for (SecretKeys of : List.of(KEYS, OTHER_KEYS)) {
            keys.add(HexFormat.of().formatHex(of.credentials()));
            keys.add(HexFormat.of().formatHex(of.authentication().getEncoded()));
            keys.add(HexFormat.of().formatHex(of.encryption().getEncoded()));
        }
        assertEquals(6, keys.size());
        assertNotEquals(KEYS.credentials(), KEYS.credentials(), "the array must be the caller's own");
    }
}
