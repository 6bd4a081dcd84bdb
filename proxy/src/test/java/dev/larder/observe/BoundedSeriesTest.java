package dev.larder.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.exchange.Disposition;
import dev.larder.exchange.Outcome;
import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.Target;
import dev.larder.key.BypassReason;
import dev.larder.key.CacheKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How many series there are depends on the rules, and on nothing that visitors send. */
class BoundedSeriesTest {

    private final ExchangeMetrics metrics = new ExchangeMetrics(Runnable::run);

    private Set<String> series() {
        return metrics.scrape()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .filter(line -> line.startsWith("larder_"))
                .collect(Collectors.toSet());
    }

    @Test
    void aHundredThousandKeysPathsAndUsersAddNoSeries() {
        ways("first").forEach(way -> metrics.ended(outcome("first", way)));
        Set<String> before = series();
        assertTrue(before.size() > 100, () -> "too few to mean anything: " + before);
        for (int i = 0; i < 100_000; i++) {
            String text = "text-" + i;
            List<Disposition> ways = ways(text);
            metrics.ended(outcome(text, ways.get(i % ways.size())));
        }
        assertEquals(before, series());
        assertFalse(metrics.scrape().contains("text-"));
    }

    @Test
    void reasonsThatNobodyThoughtOfAreOneInTheEnd() {
        for (int i = 0; i < 10_000; i++) {
            metrics.ended(outcome("x", new Disposition.Refused(502, "error-" + i, "")));
        }
        assertTrue(series().size() < 200, () -> series().size() + " series");
        assertTrue(metrics.scrape().contains("detail=\"other\""));
    }

    /** All ways that an answer can take. */
    private static List<Disposition> ways(String text) {
        List<Disposition> ways = new ArrayList<>(List.of(
                new Disposition.Hit(Duration.ofSeconds(1)),
                new Disposition.Validated(true),
                new Disposition.Stale(Duration.ofSeconds(1), Disposition.Stale.Allowance.IF_ERROR),
                new Disposition.Miss(Disposition.Miss.Why.URI_MISS, true, false, Optional.empty()),
                new Disposition.Miss(Disposition.Miss.Why.URI_MISS, false, true, Optional.of("set-cookie")),
                new Disposition.Refused(502, "connection_refused", "no answer for " + text)));
        for (BypassReason reason : BypassReason.values()) {
            ways.add(new Disposition.Bypass(reason, Optional.of(text)));
        }
        return ways;
    }

    private static Outcome outcome(String text, Disposition way) {
        RequestHead request = new RequestHead(
                "GET",
                Target.parse("/items/" + text + "?q=" + text),
                "http",
                text + ".example",
                Fields.EMPTY.toBuilder().add("Cookie", "sid=" + text).build());
        return new Outcome(
                request,
                Optional.of("items"),
                way,
                200,
                Duration.ofMillis(1),
                Optional.of(Duration.ofMillis(1)),
                10,
                new CacheKey("items", new TreeMap<>(Map.of("id", text)), "items:id:" + text),
                new Outcome.Purge(List.of("item-changed"), 1, 0, false),
                false);
    }
}
