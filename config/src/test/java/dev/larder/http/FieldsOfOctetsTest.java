package dev.larder.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Fields that are octets until somebody asks are the fields that they would be as text. */
class FieldsOfOctetsTest {

    private static final String[] LINES = {
        "Host", "a.example",
        "Connection", "keep-alive, X-Gone",
        "COOKIE", "a=1",
        "x-gone", "1",
        "X_Forwarded_For", "9.9.9.9",
        "Cookie", "b=\u00e9",
        "Te", "trailers",
        "X", "y"
    };

    @Test
    void theyAreEqualToText() {
        assertEquals(Fields.of(LINES), octets(LINES));
        assertEquals(Fields.of(LINES).hashCode(), octets(LINES).hashCode());
        assertEquals(Fields.of(LINES).toString(), octets(LINES).toString());
        assertEquals(Fields.of(LINES), octets(LINES).toBuilder().build());
    }

    @Test
    void linesAreFoundWithoutRegardToCase() {
        assertEquals("a.example", octets(LINES).get("hOST"));
        assertEquals(List.of("a=1", "b=\u00e9"), octets(LINES).all("cookie"));
        assertTrue(octets(LINES).contains("te"));
        assertFalse(octets(LINES).contains("tea"));
        assertFalse(octets(LINES).contains("td"));
        assertNull(octets(LINES).get("x-forwarded-for"));
        assertEquals(List.of("keep-alive", "X-Gone"), octets(LINES).members("connection"));
    }

    @Test
    void hopByHopLinesGoAndOthersStay() {
        Fields kept = Fields.of(LINES).withoutHopByHop();
        assertEquals(
                Fields.of(
                        "Host",
                        "a.example",
                        "COOKIE",
                        "a=1",
                        "X_Forwarded_For",
                        "9.9.9.9",
                        "Cookie",
                        "b=\u00e9",
                        "X",
                        "y"),
                kept);
        assertEquals(kept, octets(LINES).withoutHopByHop());
    }

    @Test
    void whatIsReplacedStandsBehindWhatIsKept() {
        FieldNames owned = FieldNames.withUnderscores(List.of("x-forwarded-for"));
        Fields added = Fields.of("X-Forwarded-For", "1.1.1.1", "Via", "1.1 larder");
        Fields expected = Fields.of(
                "Host",
                "a.example",
                "COOKIE",
                "a=1",
                "Cookie",
                "b=\u00e9",
                "X",
                "y",
                "X-Forwarded-For",
                "1.1.1.1",
                "Via",
                "1.1 larder");
        assertEquals(expected, octets(LINES).withoutHopByHop(owned, added));
        assertEquals(expected, Fields.of(LINES).withoutHopByHop(owned, added));
        assertEquals("1.1 larder", octets(LINES).withoutHopByHop(owned, added).get("via"));
        assertEquals("y", octets(LINES).withoutHopByHop(owned, added).get("x"));
    }

    /** Lines that were octets, some of them read by now, and such that never were lose some of each and gain others. */
    @Test
    void linesOfEitherKindStayWhatTheyAreWhenOthersGo() {
        Fields mixed = octets("A", "1", "B", "2", "C", "3").and(Fields.of("D", "4", "E", "5", "F", "6"));
        assertEquals("2", mixed.get("b"));
        assertEquals("3", mixed.get("c"));
        Fields fewer = mixed.without("b").without("e").and(Fields.of("G", "7"));
        assertEquals("A: 1\r\nC: 3\r\nD: 4\r\nF: 6\r\nG: 7\r\n", written(fewer));
        assertEquals(Fields.of("A", "1", "C", "3", "D", "4", "F", "6", "G", "7"), fewer);
        assertEquals(
                Fields.of("D", "4", "F", "6"), fewer.without("a").without("c").without("g"));
    }

    @Test
    void textsComeFromWhereTheyAreKept() {
        Fields.Texts capitals = new Fields.Texts() {
            @Override
            public String of(String text) {
                return text.toUpperCase(Locale.ROOT);
            }

            @Override
            public String of(byte[] octets, int from, int to) {
                return of(new String(octets, from, to - from, StandardCharsets.ISO_8859_1));
            }
        };
        Fields mixed = octets("a", "one", "b", "two").and(Fields.of("c", "three"));
        assertEquals("two", mixed.get("b"));
        assertEquals(Fields.of("A", "ONE", "B", "TWO", "C", "THREE"), mixed.of(capitals));
        assertEquals("TWO", mixed.of(capitals).get("b"));
        assertEquals(Fields.EMPTY, Fields.EMPTY.of(capitals));
    }

    @Test
    void aSecondConnectionLineCounts() {
        Fields fields = octets("Connection", "keep-alive", "Connection", "x-gone", "X-Gone", "1");
        assertEquals(Fields.EMPTY, fields.withoutHopByHop());
    }

    @Test
    void linesOfOctetsCanStandBehindText() {
        Fields both = Fields.of("A", "1").and(octets("B", "2"));
        assertEquals(Fields.of("A", "1", "B", "2"), both);
        assertEquals(both, octets("A", "1").and(octets("B", "2")));
        assertEquals("2", octets("A", "1").and(Fields.of("B", "2")).without("a").get("b"));
    }

    @Test
    void namesBeyondAsciiAreComparedAsText() {
        Fields fields = octets("\u00c0b", "1");
        assertEquals("1", fields.get("\u00e0B"));
        assertNull(fields.get("\u00e1b"));
    }

    @Test
    void namesOfASetAreKnownInTheirOwnSpelling() {
        FieldNames names = FieldNames.withUnderscores(Set.of("x-a-b", "x-b-b", "host"));
        assertEquals("x-b-b", octets("X_B-B", "1").named(0, names));
        assertEquals("x-b-b", Fields.of("X_B-B", "1").named(0, names));
        assertNull(octets("X-C-B", "1").named(0, names));
        assertTrue(names.contains("HOST"));
        assertFalse(FieldNames.of(Set.of("x-a")).contains("x_a"));
        assertNull(octets("x_a", "1").named(0, FieldNames.of(Set.of("x-a"))));
    }

    @Test
    void linesAreWrittenAsTheyCame() {
        String text = "Host: a.example\r\nX-Gone: 1\r\nCookie: b=\u00e9\r\n";
        String[] lines = {"Host", "a.example", "X-Gone", "1", "Cookie", "b=\u00e9"};
        assertEquals(text, written(Fields.of(lines)));
        assertEquals(text, written(octets(lines)));
        Fields asked = octets(lines);
        assertEquals("1", asked.get("x-gone"));
        assertEquals(text, written(asked));
        assertEquals("Host: a.example\r\nX-Gone: 1\r\n", written(octets(lines).without("cookie")));
        assertEquals(text + "Via: 1.1 larder\r\n", written(octets(lines).and(Fields.of("Via", "1.1 larder"))));
        assertEquals("", written(Fields.EMPTY));
        Fields twice = octets("A", "1").and(Fields.of("B", "2")).and(Fields.of("C", "3"));
        assertEquals("A: 1\r\nB: 2\r\nC: 3\r\n", written(twice));
    }

    @Test
    void whatIsNoOctetIsWrittenAsAQuestionMark() {
        assertEquals("X: ?Set-Cookie\r\n", written(Fields.of("X", "\u010aSet-Cookie")));
    }

    private static String written(Fields fields) {
        byte[] octets = new byte[fields.encodedBytes() + 2];
        assertEquals(octets.length - 1, fields.encode(octets, 1));
        assertEquals(0, octets[0]);
        assertEquals(0, octets[octets.length - 1]);
        return new String(octets, 1, octets.length - 2, StandardCharsets.ISO_8859_1);
    }

    private static Fields octets(String... namesAndValues) {
        StringBuilder text = new StringBuilder("before");
        Fields.Lines lines = new Fields.Lines();
        lines.clear();
        int[] ends = new int[namesAndValues.length + 1];
        ends[0] = text.length();
        for (int i = 0; i < namesAndValues.length; i++) {
            text.append(namesAndValues[i]);
            ends[i + 1] = text.length();
        }
        byte[] octets = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        FieldNames none = FieldNames.of(Set.of());
        for (int i = 0; i < namesAndValues.length; i += 2) {
            assertNull(lines.add(octets, ends[i], ends[i + 1], ends[i + 1], ends[i + 2], none));
        }
        return lines.of(octets);
    }
}
