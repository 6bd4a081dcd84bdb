package dev.larder.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SharedTextsTest {

    private final SharedTexts texts = new SharedTexts();

    private static String another(String text) {
        return new String(text.toCharArray());
    }

    private static StoredResponse response() {
        Fields fields = Fields.of(
                another("Content-Type"), another("text/plain"), "Vary", "Accept-Encoding", "X-Long", "x".repeat(200));
        return new StoredResponse(
                "thing:id:1",
                new StoredHead(
                        new ResponseHead(200, another("OK"), fields, another("1.0")),
                        Instant.EPOCH,
                        Instant.EPOCH.plusMillis(3),
                        Fields.of("Accept-Encoding", another("gzip")),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(2)),
                new byte[] {1, 2, 3},
                "fingerprint",
                new Epochs("incarnation", Map.of("thing:id:1", "token"), "change", false),
                BodyCoding.NONE,
                3);
    }

    @Test
    void equalTextsOfTwoResponsesAreOne() {
        StoredResponse first = texts.of(response());
        StoredResponse second = texts.of(response());
        assertSame(
                first.head().response().fields().value(0),
                second.head().response().fields().value(0));
        assertSame(
                first.head().response().fields().name(0),
                second.head().response().fields().name(0));
        assertSame(first.head().varied().value(0), second.head().varied().value(0));
        assertSame(first.head().response().reason(), second.head().response().reason());
    }

    @Test
    void responseSaysTheSameAsBefore() {
        StoredResponse before = response();
        StoredResponse after = texts.of(before);
        assertEquals(before.head().response().fields(), after.head().response().fields());
        assertEquals(200, after.head().response().status());
        assertEquals("OK", after.head().response().reason());
        assertEquals("1.0", after.head().response().version());
        assertEquals(before.head().varied(), after.head().varied());
        assertEquals(before.head().requestTime(), after.head().requestTime());
        assertEquals(before.head().responseTime(), after.head().responseTime());
        assertEquals(before.head().lifetime(), after.head().lifetime());
        assertEquals(before.head().staleWhileRevalidate(), after.head().staleWhileRevalidate());
        assertEquals(before.head().staleIfError(), after.head().staleIfError());
        assertEquals(before.head().selecting(), after.head().selecting());
        assertSame(before.body(), after.body());
        assertEquals(before.keyText(), after.keyText());
        assertEquals(before.fingerprint(), after.fingerprint());
        assertEquals(before.epochs(), after.epochs());
        assertEquals(before.coding(), after.coding());
        assertEquals(before.plainLength(), after.plainLength());
    }

    @Test
    void octetsBecomeTheTextThatIsThere() {
        String there = texts.of("na\u00efve value");
        byte[] octets = "..na\u00efve value..".getBytes(StandardCharsets.ISO_8859_1);
        assertSame(there, texts.of(octets, 2, octets.length - 2));
    }

    @Test
    void octetsWithoutAnEqualTextBecomeOne() {
        byte[] octets = ("..new value.." + "x".repeat(65)).getBytes(StandardCharsets.ISO_8859_1);
        String text = texts.of(octets, 2, 11);
        assertEquals("new value", text);
        assertSame(text, texts.of(another("new value")));
        assertEquals("x".repeat(65), texts.of(octets, 13, octets.length));
    }

    /** "Aa" and "BB" have the same hash. */
    @Test
    void anotherTextOfTheSameHashIsNotTaken() {
        texts.of("Aa");
        assertEquals("BB", texts.of("BB".getBytes(StandardCharsets.ISO_8859_1), 0, 2));
    }

    @Test
    void longTextsTakeNobodysPlace() {
        String text = "x".repeat(65);
        assertSame(text, texts.of(text));
        assertNotSame(text, texts.of(another(text)));
    }

    /** There are more texts than places: what is not there any more is only not shared. */
    @Test
    void moreTextsThanPlacesStayWhatTheyAre() {
        for (int i = 0; i < 5000; i++) {
            assertEquals("value " + i, texts.of("value " + i));
        }
    }
}
