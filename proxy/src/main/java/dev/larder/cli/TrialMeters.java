package dev.larder.cli;

import dev.larder.admin.Observed;
import dev.larder.exchange.Observation;
import dev.larder.exchange.Observation.Finding;
import dev.larder.exchange.Outcome;
import dev.larder.observe.ExchangeMetrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What trying the cache brings to light, as counts. Tags are names of routes and constants. Any thread. */
final class TrialMeters implements Observation.Listener {

    private final ExchangeMetrics metrics;
    private final Map<String, ExchangeMetrics.Count> counts = new ConcurrentHashMap<>();

    TrialMeters(ExchangeMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void compared(Observation observation) {
        String source = observation.source() == Observation.Source.OBSERVE ? "observe" : "sample";
        String result = result(observation.finding());
        counts.computeIfAbsent(
                        observation.route() + ' ' + source + ' ' + result,
                        first -> metrics.count(
                                "larder.compared",
                                "Stored responses compared with what the backend answers, and what came of it",
                                Map.of("route", observation.route(), "source", source, "result", result)))
                .more();
    }

    private static String result(Finding finding) {
        if (finding instanceof Finding.Different different) {
            return different.how().kind();
        }
        if (finding instanceof Finding.Same) {
            return "same";
        }
        return finding instanceof Finding.ChangedMeanwhile ? "changed-meanwhile" : "not-compared";
    }

    /** An exchange is over, while everything is forwarded. */
    void ended(Outcome outcome) {
        if (Observed.wouldHaveHit(outcome)) {
            String route = outcome.route().orElse("-");
            counts.computeIfAbsent(
                            route,
                            first -> metrics.count(
                                    "larder.observed.hits",
                                    "Requests that would have been hits, were not everything forwarded",
                                    Map.of("route", route)))
                    .more();
        }
    }
}
