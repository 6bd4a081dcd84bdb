package dev.larder.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.key.Identity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimReaderTest {

    private static Identity read(String pointer, String json) {
        JsonDocument document =
                JsonDocument.parse(json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
        return new ClaimReader("session", Map.of("c", pointer)).read(document);
    }

    @ParameterizedTest(name = "{0} in {1}")
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {
                "/a ! {\"a\":\"x\"} ! x",
                "/a/b ! {\"a\":{\"b\":\"x\"}} ! x",
                "/a/1 ! {\"a\":[\"x\",\"y\"]} ! y",
                "/a~1b ! {\"a/b\":\"x\"} ! x",
                "/a~01 ! {\"a~1\":\"x\"} ! x",
                "/ ! {\"\":\"x\"} ! x",
                // a number in JSON equals its text, to the last digit
                "/a ! {\"a\":42} ! 42",
                "/a ! {\"a\":12345678901234567891} ! 12345678901234567891",
                "/a ! {\"a\":1.50} ! 1.50",
                "/a ! {\"a\":true} ! true",
                "/a ! {\"a\":null} !",
                "/a ! {\"a\":{}} !",
                "/b ! {\"a\":1} !",
                "/a/b ! {\"a\":1} !",
                "/a/01 ! {\"a\":[1,2]} !",
                "/a/- ! {\"a\":[1,2]} !",
                "/a/7 ! {\"a\":[1,2]} !"
            })
    void claimIsTheTextAtItsPointer(String pointer, String json, String expected) {
        assertEquals(expected, read(pointer, json).claim("c"));
    }

    @Test
    void arrayIsAListOfItsScalars() {
        Identity identity = read("/a", "{\"a\":[\"x\",1,{},null,[2],true]}");
        assertEquals(Map.of("c", List.of("x", "1", "true")), identity.arrays());
        assertEquals(Map.of(), identity.scalars());
    }

    @Test
    void whatIsTooLongToKeepIsAbsent() {
        assertEquals(
                Map.of(), read("/a", "{\"a\":\"" + "x".repeat(1025) + "\"}").scalars());
        assertEquals(Map.of(), read("/a", "{\"a\":[1" + ",1".repeat(256) + "]}").arrays());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", " ", "x", "{", "{}{}", "{\"a\":1,\"a\":2}", "{'a':1}", "<html>", "{\"a\":01}"})
    void whatIsNoJsonIsNone(String text) {
        assertEquals(Optional.empty(), JsonDocument.parse(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void depthIsBounded() {
        String deep = "[".repeat(100_000);
        assertTrue(JsonDocument.parse(deep.getBytes(StandardCharsets.UTF_8)).isEmpty());
        String fine = "[".repeat(60) + "]".repeat(60);
        assertTrue(JsonDocument.parse(fine.getBytes(StandardCharsets.UTF_8)).isPresent());
    }
}
