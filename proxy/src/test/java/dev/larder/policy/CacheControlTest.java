package dev.larder.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheControlTest {

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "max-age=5; 5",
                "MAX-AGE=5; 5",
                "public,max-age=5,foo; 5",
                ",, max-age=5 ,; 5",
                "max-age=\"5\"; 5",
                "max-age=0005; 5",
                "foo=\"max-age=1\", max-age=5; 5",
                "foo=\"a\\\"b, max-age=1\", max-age=5; 5",
                // RFC 9111 section 4.2.1: of several the most restrictive
                "max-age=5, max-age=3; 3",
                "max-age=3, max-age=5; 3",
                "max-age=5, max-age=x; 0",
                // RFC 9111 section 1.2.2: overflow saturates
                "max-age=2147483648; 2147483648",
                "max-age=99999999999999999999999999; 2147483648",
                // invalid ones are stale
                "max-age; 0",
                "max-age=; 0",
                "max-age=-5; 0",
                "max-age=+5; 0",
                "max-age=5.0; 0",
                "max-age=5s; 0",
                "max-age='5'; 0",
                "max-age= 5; 0",
                "max-age =5; 0",
                "max-age=\"5; 0",
                "max-age=\"5\"6; 0"
            })
    void leastSecondsOfMaxAge(String line, long expected) {
        assertEquals(
                OptionalLong.of(expected),
                CacheControl.of(Heads.fields("Cache-Control: " + line)).leastSeconds("max-age"));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "no-store",
                "No-Store",
                "max-age=9, no-store",
                "no-store=\"x\"",
                "no-store =x",
                "foo=\"unclosed, no-store",
                "foo=\"closed\", no-store",
                "a=b=\"c\",no-store"
            })
    void aDirectiveThatForbidsCountsInEveryForm(String line) {
        assertTrue(CacheControl.of(Heads.fields("Cache-Control: " + line)).has("no-store"));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "nothing-to-see-here", "foo=\"no-store\"", "foo=\"a, no-store, b\"", "no-store-x"})
    void whatIsNotTheDirectiveDoesNotCount(String line) {
        assertFalse(CacheControl.of(Heads.fields("Cache-Control: " + line)).has("no-store"));
    }

    @Test
    void allLinesCount() {
        CacheControl control = CacheControl.of(Heads.fields("Cache-Control: max-age=5 | cache-control: private"));
        assertTrue(control.has("private"));
        assertEquals(OptionalLong.of(5), control.leastSeconds("max-age"));
        assertEquals(OptionalLong.empty(), control.leastSeconds("s-maxage"));
    }

    @Test
    void pragmaCountsOnlyWithoutCacheControl() {
        // RFC 9111 section 5.4
        assertTrue(RequestDirectives.of(Heads.fields("Pragma: No-Cache")).noCache());
        assertFalse(RequestDirectives.of(Heads.fields("Pragma: no-cache | Cache-Control: foo"))
                .noCache());
        assertEquals(RequestDirectives.NONE, RequestDirectives.of(Heads.fields("Pragma: foo")));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                // line; max-age; min-fresh; max-stale, in seconds
                "max-age=5, min-fresh=6, max-stale=7; 5; 6; 7",
                "max-age=5, max-age=4; 4; ; ",
                "min-fresh=5, min-fresh=9; ; 9; ",
                "max-stale, max-stale=9; ; ; 9",
                "max-stale; ; ; 2147483648",
                "max-age=x, min-fresh=x, max-stale=x; 0; ; 0"
            })
    void requestLifetimesTakeTheMostRestrictive(String line, Long maxAge, Long minFresh, Long maxStale) {
        RequestDirectives wanted = RequestDirectives.of(Heads.fields("Cache-Control: " + line));
        assertEquals(Optional.ofNullable(maxAge).map(Duration::ofSeconds), wanted.maxAge());
        assertEquals(Optional.ofNullable(minFresh).map(Duration::ofSeconds), wanted.minFresh());
        assertEquals(Optional.ofNullable(maxStale).map(Duration::ofSeconds), wanted.maxStale());
    }

    @Test
    void requestFlagsAreRead() {
        RequestDirectives wanted = RequestDirectives.of(Heads.fields("Cache-Control: no-store, only-if-cached"));
        assertTrue(wanted.noStore());
        assertTrue(wanted.onlyIfCached());
        assertFalse(wanted.noCache());
    }
}
