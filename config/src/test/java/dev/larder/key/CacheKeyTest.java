package dev.larder.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheKeyTest {

    /** Characters that have met in keys of other caches, with neighbours of every UTF-8 length. */
    private static final String ODD =
            ":*%!,?{}[]/\\ +~.-_aZ09\u0000\u007f\u0080\u00e9\u07ff\u0800\u20ac\uffff\ud83d\ude00\ud800\udc00";

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "javascript, javascript",
                "A-z.0_9~, A-z.0_9~",
                "a:b, a%3Ab",
                "*, %2A",
                "%, %25",
                "!, %21",
                "`,`, %2C",
                "a b, a%20b",
                "é, %C3%A9",
                "€, %E2%82%AC",
                "😀, %F0%9F%98%80"
            })
    void everyByteButPlainOnesIsEscaped(String value, String escaped) {
        assertEquals(escaped, CacheKey.escape(value));
        assertEquals(value, CacheKey.unescape(escaped));
    }

    @Test
    void escapingIsInjectiveAndComesBack() {
        Random random = new Random(20261122);
        Map<String, String> valueOf = new HashMap<>();
        for (int round = 0; round < 20_000; round++) {
            String value = randomText(random);
            String escaped = CacheKey.escape(value);
            assertEquals(value, CacheKey.unescape(escaped));
            assertTrue(escaped.matches("[A-Za-z0-9._~%-]*"), escaped);
            String before = valueOf.put(escaped, value);
            assertTrue(before == null || before.equals(value), () -> "two values make " + escaped);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%",
                "%4",
                "%zz",
                "a:b",
                "!",
                "*",
                "%c3%a9",
                "%41",
                "%C3",
                "%C0%AF",
                "%80",
                "%FF",
                "é",
                "a,b",
                "%F8%80%80%80"
            })
    void whatEscapeNeverWritesIsNoFormOfAValue(String text) {
        assertThrows(IllegalArgumentException.class, () -> CacheKey.unescape(text));
    }

    @Test
    void shortTextIsItsOwnStoreName() {
        String text = "r:p:" + "a".repeat(508);
        assertEquals(text, key(text).storeName());
    }

    @Test
    void longTextsHaveNamesOfTheirOwnThatNoTextEquals() {
        String one = "r:p:" + "a".repeat(600);
        String other = "r:p:" + "a".repeat(601);
        String name = key(one).storeName();
        assertNotEquals(name, key(other).storeName());
        assertTrue(name.startsWith("r:p:aaa"));
        assertEquals(448 + ":sha256:".length() + 64, name.length());
        // The name as a text is itself long, so that it is stored under another name.
        assertNotEquals(name, key(name).storeName());
    }

    private static CacheKey key(String text) {
        return new CacheKey("r", new TreeMap<>(), text);
    }

    static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(4); length > 0; length--) {
            text.append(ODD.charAt(random.nextInt(ODD.length())));
        }
        return text.toString();
    }
}
