package dev.larder.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.http.Fields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VaryTest {

    /** RFC 9111 section 4.1; an absent field is written {@code -}. */
    @ParameterizedTest
    @CsvSource({
        "'', -, anything, true",
        "x-a, de, de, true",
        "x-a, de, fr, false",
        "X-A, de, de, true",
        "x-a, -, -, true",
        "x-a, -, '', false",
        "x-a, 'de, en', 'de,en', true",
        "x-a, 'de , en', 'de,  en', true",
        "x-a, 'de,en', 'en,de', false",
        "x-a, de, DE, false",
        "*, de, de, false",
        "'x-b, *', -, -, false",
    })
    void selectingFieldsDecide(String vary, String stored, String presented, boolean matches) {
        Vary selecting = Vary.of(Fields.of("Vary", vary));
        assertEquals(matches, selecting.matches(request(stored), request(presented)));
        if (matches) {
            assertEquals(selecting.variant(request(stored)), selecting.variant(request(presented)));
        }
    }

    private static Fields request(String value) {
        return value.equals("-") ? Fields.EMPTY : Fields.of("x-a", value);
    }

    @Test
    void severalLinesAreOneList() {
        Vary vary = Vary.of(Fields.of("vary", "b, A", "Vary", "a"));
        assertEquals(List.of("a", "b"), vary.names());
        assertTrue(vary.matches(Fields.of("a", "1", "a", "2"), Fields.of("A", "1, 2")));
        assertFalse(vary.matches(Fields.of("a", "1", "b", "2"), Fields.of("a", "1")));
    }

    @Test
    void variantsAreReadableAndLongOnesAreHashed() {
        Vary vary = Vary.of(List.of("Accept-Language", "RSC"));
        assertEquals("", vary.variant(Fields.EMPTY));
        assertEquals("accept-language:de%2Cen:rsc:1", vary.variant(Fields.of("RSC", "1", "Accept-Language", "de, en")));
        String hashed = vary.variant(Fields.of("RSC", "x".repeat(300)));
        assertTrue(hashed.matches("sha256:[0-9a-f]{64}"), hashed);
        assertNotEquals(hashed, vary.variant(Fields.of("RSC", "x".repeat(301))));
    }

    @Test
    void differentSelectingFieldsNeverMeetInOneVariant() {
        Vary vary = Vary.of(List.of("a", "b"));
        Map<String, Fields> seen = new HashMap<>();
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            Fields.Builder fields = Fields.builder();
            for (String name : List.of("a", "b")) {
                if (random.nextBoolean()) {
                    fields.add(name, text(random));
                }
            }
            Fields request = fields.build();
            Fields before = seen.putIfAbsent(vary.variant(request), request);
            assertTrue(before == null || vary.matches(before, request), vary.variant(request));
        }
    }

    private static String text(Random random) {
        String alphabet = "ab:|%3A\u00e9";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
