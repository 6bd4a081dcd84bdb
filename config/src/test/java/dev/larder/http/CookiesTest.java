package dev.larder.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CookiesTest {

    private static Cookies parse(String... lines) {
        Fields.Builder fields = Fields.builder().add("Accept", "a=b");
        for (String line : lines) {
            fields.add("cookie", line);
        }
        return Cookies.parse(fields.build());
    }

    private static String pairs(Cookies cookies) {
        return cookies.list().stream()
                .map(cookie -> cookie.name() + "->" + cookie.value())
                .collect(Collectors.joining("|"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {
                "a=1 ! a->1",
                "a=1; b=2 ! a->1|b->2",
                "a=1;b=2 ! a->1|b->2",
                "a=1; a=2 ! a->1|a->2",
                "  a = 1  ;b=2 ! a->1|b->2",
                "a=x=y ! a->x=y",
                "a= ! a->",
                "a=1; ! a->1",
                "a=1;; b=2 ! a->1|b->2",
                "a=\"q\" ! a->\"q\"",
                "a=%2D ! a->%2D",
                "A=1; a=2 ! A->1|a->2"
            })
    void cookiesKeepOrderAndRawValues(String line, String expected) {
        Cookies cookies = parse(line);
        assertEquals(expected, pairs(cookies));
        assertFalse(cookies.malformed());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a=1; b",
                "=1",
                "a=\"x; b=1\"",
                "a=\"",
                "a=x\"y\"",
                "$Version=1; a=1",
                "a=1\u0000",
                "\"a\"=1"
            })
    void whatServersSplitDifferentlyIsMalformed(String line) {
        assertTrue(parse(line).malformed());
    }

    @Test
    void severalLinesAreOneList() {
        Cookies cookies = parse("a=1", "b=2; a=3");
        assertEquals("a->1|b->2|a->3", pairs(cookies));
        assertEquals(List.of("1", "3"), cookies.values("a"));
        assertEquals(List.of(), cookies.values("A"));
    }

    @Test
    void noCookieLineIsNoCookies() {
        assertEquals(List.of(), parse().list());
        assertFalse(parse().malformed());
    }

    @Test
    void valuesStayOutOfLogs() {
        assertFalse(parse("sid=secret").toString().contains("secret"));
    }
}
