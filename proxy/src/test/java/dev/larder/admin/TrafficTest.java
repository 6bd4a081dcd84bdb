package dev.larder.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.exchange.Disposition;
import dev.larder.exchange.Outcome;
import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.Target;
import dev.larder.key.BypassReason;
import dev.larder.key.CacheKey;
import dev.larder.observe.ExchangeMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is counted, and that visitors cannot make it grow. */
class TrafficTest {

    private static Outcome outcome(String route, Disposition how, String path, int millis) {
        return new Outcome(
                new RequestHead("GET", Target.parse(path), "http", "courses.test", Fields.EMPTY),
                route.isEmpty() ? Optional.empty() : Optional.of(route),
                how,
                200,
                Duration.ofMillis(millis),
                how instanceof Disposition.Hit ? Optional.empty() : Optional.of(Duration.ofMillis(millis)),
                100,
                route.isEmpty() ? null : new CacheKey(route, new TreeMap<>(), route + ":path:" + path),
                null,
                false);
    }

    private static final Disposition HIT = new Disposition.Hit(Duration.ofSeconds(1));
    private static final Disposition MISS =
            new Disposition.Miss(Disposition.Miss.Why.URI_MISS, true, false, Optional.empty());

    @Test
    void aHundredThousandKeysPathsAndUsersMakeNoFurtherSeries() {
        ExchangeMetrics metrics = new ExchangeMetrics(Runnable::run);
        Traffic traffic = new Traffic(Instant.EPOCH);
        Disposition bypass = new Disposition.Bypass(BypassReason.NO_ROUTE, Optional.empty());
        long series = 0;
        for (int i = 0; i < 100_000; i++) {
            Outcome[] three = {
                outcome("item", HIT, "/item/" + i, 1),
                outcome("item", MISS, "/item/" + i, 20),
                outcome("", bypass, "/elsewhere/" + i, 5)
            };
            for (Outcome one : three) {
                metrics.ended(one);
                traffic.ended(one);
            }
            if (i == 0) {
                series = metrics.scrape().lines().count();
            }
        }
        assertEquals(series, metrics.scrape().lines().count());
        assertEquals(List.of("-", "item"), List.copyOf(traffic.routes().keySet()));
        assertEquals(256, traffic.keys().top(1_000).size());
        traffic.tick(Instant.ofEpochSecond(9));
        Seconds.Second second = traffic.seconds().since(0).get(0);
        assertEquals(300_000, second.all().requests());
        assertEquals(
                100_000, Objects.requireNonNull(second.byRoute().get("item")).hits());
        traffic.tick(Instant.ofEpochSecond(10));
        assertEquals(0, traffic.seconds().since(9).get(0).all().requests());
    }

    @Test
    void theSecondsAreBounded() {
        Traffic traffic = new Traffic(Instant.EPOCH);
        for (int i = 1; i <= Seconds.MOST + 10; i++) {
            traffic.tick(Instant.ofEpochSecond(i));
        }
        assertEquals(Seconds.MOST, traffic.seconds().since(0).size());
        assertEquals(11, traffic.seconds().since(0).get(0).epochSecond());
    }

    @Test
    void twoTicksOfOneSecondAndAClockThatIsSetBackLoseNothingForWhoAsksByTheLast() {
        Traffic traffic = new Traffic(Instant.EPOCH);
        long asked = 0;
        long counted = 0;
        for (long second : new long[] {10, 10, 12, 3, 4, 15}) {
            traffic.ended(outcome("item", HIT, "/item/1", 1));
            traffic.tick(Instant.ofEpochSecond(second));
            for (Seconds.Second one : traffic.seconds().since(asked)) {
                counted += one.all().requests();
                asked = one.epochSecond();
            }
        }
        assertEquals(6, counted);
    }

    @Test
    void ofVeryManyRoutesOnlyTheBusiestOfASecondAreToldApart() {
        Traffic traffic = new Traffic(Instant.EPOCH);
        for (int i = 0; i < 100; i++) {
            traffic.ended(outcome("route" + i, HIT, "/item/1", 1));
        }
        traffic.ended(outcome("route77", HIT, "/item/1", 1));
        traffic.tick(Instant.ofEpochSecond(1));
        Seconds.Second second = traffic.seconds().since(0).get(0);
        assertEquals(101, second.all().requests());
        assertEquals(Seconds.MOST_ROUTES, second.byRoute().size());
        assertTrue(second.byRoute().containsKey("route77"));
    }

    @Test
    void aSecondSaysHowLongItsOwnAnswersTook() {
        Traffic traffic = new Traffic(Instant.EPOCH);
        for (int second = 1; second <= 2; second++) {
            for (int i = 0; i < 100; i++) {
                traffic.ended(outcome("item", MISS, "/item/" + i, second == 1 ? 100 : 1_000));
            }
            traffic.tick(Instant.ofEpochSecond(second));
        }
        List<Seconds.Second> seconds = traffic.seconds().since(0);
        double first = seconds.get(0).spread().uncachedHalf();
        double then = seconds.get(1).spread().uncachedMost();
        assertTrue(first >= 100 && first <= 125 && then >= 1_000 && then <= 1_250, first + " and " + then);
        assertEquals(0, seconds.get(1).spread().cachedMost());
    }

    @Test
    void missesAreToldApartByWhatWasStoredBefore() {
        Traffic traffic = new Traffic(Instant.EPOCH);
        Disposition.Miss stored = new Disposition.Miss(
                Disposition.Miss.Why.URI_MISS, true, false, Optional.empty(), Duration.ofSeconds(60));
        traffic.tick(Instant.ofEpochSecond(100));
        traffic.ended(outcome("item", stored, "/item/1", 20));
        traffic.tick(Instant.ofEpochSecond(130));
        traffic.ended(outcome("item", stored, "/item/1", 20));
        traffic.ended(outcome("item", stored, "/item/2", 20));
        traffic.tick(Instant.ofEpochSecond(191));
        traffic.ended(outcome("item", stored, "/item/1", 30));
        traffic.ended(outcome("item", new Disposition.Validated(true), "/item/1", 40));
        traffic.ended(outcome("item", why(Disposition.Miss.Why.STALE, false), "/item/3", 50));
        traffic.ended(outcome("item", why(Disposition.Miss.Why.PURGED, false), "/item/3", 60));
        traffic.ended(outcome("item", why(Disposition.Miss.Why.VARY_MISS, false), "/item/3", 60));
        traffic.ended(outcome("item", why(Disposition.Miss.Why.STALE, true), "/item/3", 70));
        RouteTraffic item = Objects.requireNonNull(traffic.routes().get("item"));
        assertEquals(
                "{expired=3, gone-early=1, not-stored-before=2, other-variant=1, purged=1}",
                item.missCauses().toString());
        assertEquals(3, item.expired.sum());
        assertEquals(120_000, item.expiredOriginMicros.sum());
    }

    private static Disposition why(Disposition.Miss.Why why, boolean collapsed) {
        return new Disposition.Miss(why, false, collapsed, Optional.empty());
    }

    @Test
    void whatIsAskedForMostIsAmongTheTopWhateverElseComes() {
        TopKeys keys = new TopKeys(64);
        for (int i = 0; i < 20_000; i++) {
            keys.count("flood:" + i, 1, 1);
            if (i % 10 == 0) {
                keys.count("often", 1, 1);
            }
        }
        TopKeys.Top first = keys.top(1).get(0);
        assertEquals("often", first.key());
        assertTrue(first.count() >= 2_000 && first.atLeast() <= 2_000, first.toString());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3, 4, 5, 7, 8, 9, 100, 999, 1_000, 123_456, 59_999_999})
    void aPercentileIsNeverTooLowAndAtMostAQuarterTooHigh(long micros) {
        Latencies latencies = new Latencies();
        latencies.record(Duration.ofNanos(micros * 1_000));
        double said = latencies.percentileMillis(99) * 1_000;
        assertTrue(said >= micros - 0.001 && said <= micros * 1.25 + 0.001, said + " for " + micros);
    }

    @ParameterizedTest
    @CsvSource({
        "a*, a, true", "a*, ab, true", "a*, ba, false", "*, '', true", "a*b, ab, true", "a*b, axb, true",
        "a*b, a, false", "ab*ba, aba, false", "a*b*c, axbxc, true", "a*b*c, acb, false", "a, a, true", "a, aa, false"
    })
    void aGlobMatches(String glob, String text, boolean matches) {
        assertEquals(matches, Globs.of(glob).test(text));
    }
}
