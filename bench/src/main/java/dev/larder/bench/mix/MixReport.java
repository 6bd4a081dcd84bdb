package dev.larder.bench.mix;

import dev.larder.bench.course.Statements;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** Renders a {@link MixResult} beside what a perfect cache would reach, as a table for a person. Pure. */
final class MixReport {
    private static final String LATENCY_ROW = "%-10s %8s %9s %9s %9s %9s%n";
    private static final double MICROS_PER_MILLI = 1_000.0;

    private MixReport() {}

    static String render(MixResult result, PerfectCache.Result perfect, Optional<Statements.Count> alone) {
        StringBuilder text = new StringBuilder();
        text.append(LATENCY_ROW.formatted("ms", "calls", "median", "p90", "p99", "highest"));
        for (MixResult.Kind kind : MixResult.Kind.values()) {
            text.append(latency(kind.name().toLowerCase(Locale.ROOT), result.latency(kind)));
        }
        text.append("%n%-28s %8s %7s %8s%n".formatted("hits of reads", "calls", "%", "perfect"));
        text.append(hits("all", result.reads(), perfect.all()));
        for (Map.Entry<ReadRoute, PerfectCache.Share> route : perfect.routes().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .toList()) {
            PerfectCache.Share share = result.routes().getOrDefault(route.getKey(), new PerfectCache.Share(0, 0));
            text.append(hits(route.getKey().label(), share, route.getValue()));
        }
        text.append("%nanswers by status (0: none)    %s%n".formatted(result.statuses()));
        text.append("failed %d, not sent %d, writes refused %d%n"
                .formatted(result.failures(), result.unsent(), result.refusedWrites()));
        result.troubles().ifPresent(why -> text.append("  %s%n".formatted(why)));
        text.append(statements(result, perfect, alone));
        return text.toString();
    }

    private static String latency(String name, Histogram micros) {
        return micros.getTotalCount() == 0
                ? LATENCY_ROW.formatted(name, "0", "-", "-", "-", "-")
                : LATENCY_ROW.formatted(
                        name,
                        Long.toString(micros.getTotalCount()),
                        millis(micros.getValueAtPercentile(50)),
                        millis(micros.getValueAtPercentile(90)),
                        millis(micros.getValueAtPercentile(99)),
                        millis(micros.getMaxValue()));
    }

    private static String hits(String name, PerfectCache.Share share, PerfectCache.Share perfect) {
        return "%-28s %8d %7.1f %8.1f%n".formatted(name, share.calls(), share.hitPercent(), perfect.hitPercent());
    }

    /** The statements of writes cannot be saved by anybody, and are in what was measured. */
    private static String statements(MixResult result, PerfectCache.Result perfect, Optional<Statements.Count> alone) {
        StringBuilder text = new StringBuilder();
        text.append("%nSQL statements%n".formatted());
        text.append("  reads without a cache   %8d (computed)%n".formatted(perfect.withoutCache()));
        text.append("  perfect cache, reads    %8d, %.1f %% fewer (%d of them for identity)%n"
                .formatted(
                        perfect.statements() + perfect.identityStatements(),
                        perfect.fewerStatementsPercent(),
                        perfect.identityStatements()));
        if (alone.isPresent()) {
            text.append("  backend alone, measured %8d, with those of writes (%d of them for sessions)%n"
                    .formatted(alone.get().total(), alone.get().session()));
        }
        if (result.statements().isPresent()) {
            long without = alone.map(Statements.Count::total).orElse(perfect.withoutCache());
            Statements.Count count = result.statements().get();
            text.append("  larder, measured        %8d, %.1f %% fewer (%d of them for sessions)%n"
                    .formatted(count.total(), 100.0 * (without - count.total()) / without, count.session()));
        }
        return text.toString();
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.2f", micros / MICROS_PER_MILLI);
    }
}
