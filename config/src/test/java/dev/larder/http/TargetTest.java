package dev.larder.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.http.Target.Parameter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    private static String segments(String raw) {
        return Target.parse(raw).segments().stream().map(s -> "[" + s + "]").collect(Collectors.joining());
    }

    private static String parameters(String query) {
        return Target.parse("/x?" + query).parameters().stream()
                .map(p -> p.bare() ? p.name() : p.name() + "->" + p.value())
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            emptyValue = "",
            value = {
                "/, ``",
                "/a, [a]",
                "/a/, [a][]",
                "/a/b, [a][b]",
                "/a/b/?x=1, [a][b][]",
                "/a?b/c?d, [a]",
                "/a%20b, [a b]",
                "/%C3%A9, [é]",
                "/%c3%a9, [é]",
                "/%E2%82%AC%F0%9F%98%80, [€😀]",
                "/a+b, [a+b]",
                "/.well-known/x, [.well-known][x]",
                "/..., [...]",
                "/a.b, [a.b]",
                "/a:b@c, [a:b@c]",
                "/~x-y_z, [~x-y_z]",
                "/!$&'()*=, [!$&'()*=]",
                "/%5Bslug%5D, [[slug]]",
                "/%22%3C%3E%5E%7B%7C%7D, [\"<>^{|}]"
            })
    void pathsOfOneReadingAreDecoded(String raw, String expected) {
        assertEquals(Optional.empty(), Target.parse(raw).pathDoubt());
        assertEquals(expected, segments(raw));
        assertEquals(List.of(Target.parse(raw).segments()), Target.parse(raw).readings());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "/a\\b, a backslash",
                "/a;x=1, a semicolon",
                "/;/a, a semicolon",
                "/a%2fb, an encoded slash",
                "/a%2Fb, an encoded slash",
                "/a%5cb, an encoded backslash",
                "/a%25b, an encoded percent sign",
                "/a%2563, an encoded percent sign",
                "/a%3Bb, an encoded semicolon",
                "/a%3fb, an encoded question mark",
                "/a%23b, an encoded number sign",
                "/a%00, an encoded control character",
                "/a%0a, an encoded control character",
                "/a%7F, an encoded control character",
                "/a%C2%85, an encoded control character",
                "/%63mdw, an encoded plain character",
                "/%2e%2e/a, an encoded plain character",
                "/a%7Eb, an encoded plain character",
                "/a%3Ab, an encoded plain character",
                "/a%40b, an encoded plain character",
                "/a%2Bb, an encoded plain character",
                "/a%2A, an encoded plain character",
                "/a/./b, a dot segment",
                "/a/../b, a dot segment",
                "/a/.., a dot segment",
                "/., a dot segment",
                "/./, a dot segment",
                "//, an empty segment",
                "//a, an empty segment",
                "/a//b, an empty segment",
                "/a//, an empty segment",
                "/a%, a malformed percent escape",
                "/a%4, a malformed percent escape",
                "/a%zz, a malformed percent escape",
                "/a%u0041, a malformed percent escape",
                "/a%-1, a malformed percent escape",
                "/%c0%af, invalid UTF-8",
                "/%e0%80%af, invalid UTF-8",
                "/%C3, invalid UTF-8",
                "/%C3x, invalid UTF-8",
                "/%A9, invalid UTF-8",
                "/%ED%A0%80, invalid UTF-8",
                "/%F4%90%80%80, invalid UTF-8",
                "/%FF, invalid UTF-8",
                "/é, a character outside ASCII",
                "/a#b, a number sign",
                "/a{b}, a character that must be encoded",
                "/a|b, a character that must be encoded",
                "a/b, a path that does not begin with a slash",
                "*, a path that does not begin with a slash",
                "http://h/a, a path that does not begin with a slash"
            })
    void pathsOfSeveralReadingsAreInDoubt(String raw, String doubt) {
        Target target = Target.parse(raw + "?a=1");
        assertEquals(Optional.of(doubt), target.pathDoubt());
        assertEquals(Optional.of(doubt), target.doubt());
        assertEquals(Optional.empty(), target.queryDoubt());
        assertEquals(raw, target.rawPath());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            emptyValue = "",
            value = {
                "``, ``",
                "a=1, a->1",
                "a=1&b=2, a->1 b->2",
                "a=1&a=2, a->1 a->2",
                "a=, a->",
                "a, a",
                "a&b=1, a b->1",
                "=1, ->1",
                "a=1&&b=2, a->1 b->2",
                "a=1&, a->1",
                "&a=1, a->1",
                "a=b=c, a->b=c",
                "a=x+y, a->x y",
                "a=x%20y, a->x y",
                "a+b=1, a b->1",
                "a=%2B, a->+",
                "a=%26%3D, a->&=",
                "a=%25, a->%",
                "a=%7E, a->~",
                "a=~, a->~",
                "a=%C3%A9, a->é",
                "a=%2f/, a->//",
                "a=?, a->?",
                "a[]=1&b[x]=2, a[]->1 b[x]->2",
                "a=%5B%5D, a->[]",
                "a={|}, a->{|}",
                "a=!'(*), a->!'(*)",
                "a=%21%27%28, a->!'("
            })
    void queriesOfOneReadingAreDecoded(String query, String expected) {
        assertEquals(Optional.empty(), Target.parse("/x?" + query).doubt());
        assertEquals(expected, parameters(query));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "a=1;b=2, a semicolon",
                "a=%, a malformed percent escape",
                "a=%4, a malformed percent escape",
                "%zz=1, a malformed percent escape",
                "a=%u0041, a malformed percent escape",
                "a=%C3, invalid UTF-8",
                "a=%c0%af, invalid UTF-8",
                "a=%C0%B1, invalid UTF-8",
                "a=%00, an encoded control character",
                "a=x%0d%0ay, an encoded control character",
                "a=%C2%80, an encoded control character",
                "a=%31, an encoded plain character",
                "%70age=1, an encoded plain character",
                "a=%2D, an encoded plain character",
                "a=%2e, an encoded plain character",
                "a=%5F, an encoded plain character",
                "a=é, a character outside ASCII",
                "a=1#b, a number sign",
                "a=1&b=%, a malformed percent escape"
            })
    void queriesOfSeveralReadingsAreInDoubt(String query, String doubt) {
        Target target = Target.parse("/x?" + query);
        assertEquals(Optional.of(doubt), target.queryDoubt());
        assertEquals(Optional.of(doubt), target.doubt());
        assertEquals(Optional.empty(), target.pathDoubt());
        assertFalse(target.parameters().isEmpty());
    }

    @Test
    void parametersKeepWhetherTheyAreBare() {
        assertEquals(
                List.of(new Parameter("a", "", true), new Parameter("b", "", false)),
                Target.parse("/?a&b=").parameters());
    }

    @Test
    void rawPartsAreAsTheyCame() {
        Target target = Target.parse("/a%2Fb?x=%zz&y");
        assertEquals("/a%2Fb", target.rawPath());
        assertEquals(Optional.of("x=%zz&y"), target.rawQuery());
        assertEquals("/a%2Fb?x=%zz&y", target.raw());
        assertEquals(Optional.empty(), Target.parse("/a").rawQuery());
        assertEquals(Optional.of(""), Target.parse("/a?").rawQuery());
    }

    @ParameterizedTest
    @CsvSource({
        "/x?a=1&b=2&c=3, /x?a=1&c=3",
        "/x?b=2, /x",
        "/x?b=2&b, /x",
        "/x?%62=1&a=%2f+, /x?a=%2f+",
        "/x?a=1&&b=2, /x?a=1&",
        "/x?bb=1, /x?bb=1",
        "/x?, /x?",
        "/x, /x"
    })
    void leavingOutParametersChangesNothingElse(String raw, String expected) {
        assertEquals(expected, Target.parse(raw).withoutParameters("b"::equals).raw());
    }

    @Test
    void leavingOutNothingGivesTheSameTarget() {
        Target target = Target.parse("/x?a=1");
        assertSame(target, target.withoutParameters(name -> false));
    }

    @Test
    void queriesStayOutOfLogs() {
        assertEquals("Target[/x?…]", Target.parse("/x?mail=someone").toString());
    }

    /** The reason for all doubts: what is keyed is what is forwarded. */
    @Test
    void pathsWithoutDoubtHaveOneSpellingButForTheCaseOfDigits() {
        String[] alphabet = {
            "/", "a", ".", "%61", "%2e", "%2F", "%20", "%c3%a9", "%C3%A9", ":", "%3A", ";", "\\", "+", "%2B", "%25",
            "%7b", "%7B",
        };
        Random random = new Random(7);
        Map<List<String>, String> spelling = new HashMap<>();
        int sure = 0;
        for (int round = 0; round < 50_000; round++) {
            StringBuilder raw = new StringBuilder("/");
            for (int length = random.nextInt(5); length > 0; length--) {
                raw.append(alphabet[random.nextInt(alphabet.length)]);
            }
            Target target = Target.parse(raw.toString());
            if (target.pathDoubt().isPresent()) {
                continue;
            }
            sure++;
            String before = spelling.putIfAbsent(
                    List.copyOf(target.segments()), raw.toString().toLowerCase(Locale.ROOT));
            assertTrue(
                    before == null || before.equals(raw.toString().toLowerCase(Locale.ROOT)),
                    () -> before + " and " + raw);
        }
        assertTrue(sure > 1000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "/api/%63ourses/42 > /api/courses/42",
                "/api/%2563ourses/42 > /api/courses/42",
                "/api%2fcourses/42 > /api/courses/42",
                "/api%252fcourses/42 > /api/courses/42",
                "/api\\courses\\42 > /api/courses/42",
                "/api%5Ccourses/42 > /api/courses/42",
                "/api/courses/42;v=1 > /api/courses/42",
                "/api;a/courses;b/42 > /api/courses/42",
                "/api//courses/42 > /api/courses/42",
                "//api/courses/42// > /api/courses/42",
                "/x/../api/./courses/42 > /api/courses/42",
                "/x/%2e%2e/api/courses/42 > /api/courses/42",
                "/x/..;/api/courses/42 > /api/courses/42",
                "/x/..%2fapi/courses/42 > /api/courses/42",
                "/../../api/courses/42 > /api/courses/42",
                "/api/courses/42%3Fx=1 > /api/courses/42",
                "/api/courses/42%23x > /api/courses/42",
                "/api/courses/42#x > /api/courses/42",
                "/api/courses/42%00.css > /api/courses/42",
                "/api/courses/42%0a > /api/courses/42",
                "/api/courses/42%20%09 > /api/courses/42",
                "/api%c0%afcourses/42 > /api/courses/42",
                "/api/c%u006furses/42 > /api/courses/42",
                "/api/courses/./42/ > /api/courses/42",
                "/api/courses/caf\u00c3\u00a9/;/42/../.. > /api/courses/caf\u00e9"
            })
    void readingsHoldWhatSomeServerSees(String raw, String seen) {
        List<List<String>> readings = Target.parse(raw).readings();
        assertTrue(readings.contains(List.of(seen.substring(1).split("/"))), () -> readings.toString());
        assertEquals(Set.copyOf(readings).size(), readings.size());
    }

    @Test
    void tooManyReadingsAreNoList() {
        assertEquals(
                List.of(),
                Target.parse("/a;b%2f%5c//../%2e;x/%253b%25252f\\c;/..//d%3f%23")
                        .readings());
    }

    @Test
    void readingsOfALongPathAreNoListUnlessItIsSure() {
        String longPath = "/abc".repeat(500);
        assertEquals(List.of(), Target.parse(longPath + ";").readings());
        assertEquals(1, Target.parse(longPath).readings().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"//", "/.", "/..", "/;", "/%2f", "/\\", "///"})
    void theRootIsNoSegment(String raw) {
        assertTrue(Target.parse(raw).readings().contains(List.of()));
        assertFalse(Target.parse(raw).readings().contains(List.of("")));
    }
}
