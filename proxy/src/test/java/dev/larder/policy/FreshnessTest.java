package dev.larder.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.larder.http.StoredHead;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreshnessTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                // RFC 9111 section 4.2.3. Every response arrives 1 s after it was asked for, now is 10 s later.
                // fields; apparent age; age value; current age
                "''; 0; 0; 11",
                "Date: Sun, 22 Nov 2026 12:00:00 GMT; 0; 0; 11",
                "Date: Sun, 22 Nov 2026 11:59:00 GMT; 60; 0; 70",
                "Date: Sun, 22 Nov 2026 12:05:00 GMT; 0; 0; 11",
                "Date: nonsense; 0; 0; 11",
                "Age: 100; 0; 100; 111",
                "Date: Sun, 22 Nov 2026 11:59:00 GMT | Age: 100; 60; 100; 111",
                "Date: Sun, 22 Nov 2026 11:50:00 GMT | Age: 100; 600; 100; 610",
                // RFC 9111 section 5.1: the first of several; what is no number is ignored
                "Age: 100, 5; 0; 100; 111",
                "Age: 100 | Age: 5; 0; 100; 111",
                "Age: -5; 0; 0; 11",
                "Age: abc; 0; 0; 11",
                "Age: 5.5; 0; 0; 11",
                "Age: 99999999999; 0; 2147483648; 2147483659"
            })
    void agesAreComputedAsTheRfcDoes(String fields, long apparent, long value, long current) {
        var stored = Heads.stored(fields);
        assertEquals(Duration.ofSeconds(apparent), Freshness.apparentAge(stored));
        assertEquals(Duration.ofSeconds(value), Freshness.ageValue(stored));
        assertEquals(Duration.ofSeconds(1), Freshness.responseDelay(stored));
        assertEquals(Duration.ofSeconds(current), Freshness.currentAge(stored, Heads.ARRIVED.plusSeconds(10)));
    }

    @Test
    void clockThatWentBackMakesNoNegativeAge() {
        var stored = Heads.stored("");
        assertEquals(Duration.ZERO, Freshness.residentTime(stored, Heads.ARRIVED.minusSeconds(100)));
        assertEquals(Duration.ofSeconds(1), Freshness.currentAge(stored, Heads.ARRIVED.minusSeconds(100)));
    }

    @Test
    void dateOfAnotherCenturyMakesAnAgeOfOneAtMost() {
        var stored = Heads.stored("Date: Sun, 06 Nov 1694 08:49:37 GMT");
        assertEquals(
                Duration.ofDays(36_500).plusSeconds(10), Freshness.currentAge(stored, Heads.ARRIVED.plusSeconds(10)));
    }

    @Test
    void dateIsReadOnceForAllHits() {
        var stored = Heads.stored("Date: Sun, 22 Nov 2026 11:59:00 GMT");
        assertEquals(Duration.ofSeconds(70), Freshness.currentAge(stored, Heads.ARRIVED.plusSeconds(10)));
        StoredHead.InitialAge known = stored.initialAge(head -> {
            throw new AssertionError("read again");
        });
        assertEquals(Duration.ofSeconds(60).toNanos(), known.correctedNanos());
        assertEquals(Duration.ofSeconds(1).toNanos(), known.correctedValueNanos());
    }

    @Test
    void ageSinceFetchLeavesOutTheOriginsClockAlone() {
        var stored = Heads.stored("Date: Sun, 22 Nov 2026 11:00:00 GMT | Age: 3");
        assertEquals(Duration.ofSeconds(14), Freshness.ageSinceFetch(stored, Heads.ARRIVED.plusSeconds(10)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                // RFC 9111 section 4.2.1: s-maxage before max-age before Expires
                "200; Cache-Control: max-age=5, s-maxage=6 | Expires: Sun, 22 Nov 2026 13:00:00 GMT; 6",
                "200; Cache-Control: max-age=5 | Expires: Sun, 22 Nov 2026 13:00:00 GMT; 5",
                "200; Cache-Control: s-maxage=x, max-age=5; 0",
                "200; Expires: Sun, 22 Nov 2026 13:00:00 GMT | Date: Sun, 22 Nov 2026 12:30:00 GMT; 1800",
                "200; Expires: Sun, 22 Nov 2026 13:00:00 GMT; 3600",
                "200; Expires: Sun, 22 Nov 2026 11:00:00 GMT; 0",
                "200; Expires: 0; 0",
                "200; Expires: Sun, 22 Nov 2026 13:00:00 EST; 0",
                "200; Expires: Sun, 22 Nov 2026 13:00:00 GMT | Expires: Sun, 22 Nov 2026 14:00:00 GMT; 0",
                "200; Expires: 0 | Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT; 0",
                "418; Cache-Control: max-age=5; 5",
                "200; Cache-Control: s-maxage=0, max-age=5; 0",
                // of several values the least, and the same twice is one
                "200; 'Cache-Control: max-age=6, max-age=5'; 5",
                "200; Cache-Control: max-age=5 | Cache-Control: max-age=6; 5",
                "200; Expires: Sun, 22 Nov 2026 13:00:00 GMT | Expires: Sun, 22 Nov 2026 13:00:00 GMT; 3600",
                "200; Expires: Sun, 22 Nov 2026 13:00:00 GMT | Date: nonsense; 3600",
                "200; Expires: Sun, 22 Nov 2026 13:00:00 GMT | Date: Sun, 22 Nov 2026 14:00:00 GMT; 0",
                // RFC 9111 section 1.2.2
                "200; Cache-Control: max-age=003600; 3600",
                "200; Cache-Control: max-age=2147483649; 2147483648",
                "200; Cache-Control: max-age=99999999999999999999; 2147483648",
                "200; Cache-Control: max-age=-1; 0",
                // RFC 9213 section 2.2: Cache-Control and Expires do not count beside it, a guess does
                "200; CDN-Cache-Control: max-age=7 | Cache-Control: s-maxage=5; 7",
                "200; CDN-Cache-Control: x | Cache-Control: max-age=5 | Expires: Sun, 22 Nov 2026 13:00:00 GMT; ",
                "200; CDN-Cache-Control: x | Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT; 360",
                // section 2.1: of another type than an integer
                "200; CDN-Cache-Control: max-age=5.0 | Cache-Control: max-age=5; 0",
                "200; CDN-Cache-Control: max-age=x | Cache-Control: max-age=5; 0",
                // RFC 9111 section 4.2.2: heuristic, a tenth, a day at most
                "200; Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT; 360",
                "200; Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT | Date: Sun, 22 Nov 2026 11:30:00 GMT; 180",
                "404; Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT; 360",
                "200; Last-Modified: Sun, 22 Nov 2020 11:00:00 GMT; 86400",
                "200; Last-Modified: Sun, 22 Nov 2026 13:00:00 GMT; 0",
                "500; Cache-Control: public | Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT; 360",
                "500; Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT; ",
                "302; Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT; ",
                "200; Last-Modified: nonsense; ",
                "200; Cache-Control: public; ",
                "200; ETag: \"a\"; "
            })
    void lifetimeIsWhatTheResponseSays(int status, String fields, Long seconds) {
        assertEquals(
                Optional.ofNullable(seconds).map(Duration::ofSeconds),
                Freshness.freshnessLifetime(Heads.response(status, fields), Heads.ARRIVED));
    }
}
