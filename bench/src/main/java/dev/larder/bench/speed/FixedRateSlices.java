package dev.larder.bench.speed;

import dev.larder.bench.report.Section;
import dev.larder.bench.rivals.Rival;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Latency at 70 % and at 10 % of what each proxy takes, at a constant rate. A slice in which the load itself was late says nothing about
 * the proxy: its times are left out, and how late the load was stands in the table in any case. For one thread; blocking.
 */
final class FixedRateSlices {
    /** Before anything counts: connections stand then. */
    static final int WARM_MILLIS = 500;

    private static final double[] PERCENTILES = {50, 99, 99.9};
    private static final double NANOS_PER_MICRO = 1_000;
    private static final long LONGEST_NANOS = 60_000_000_000L;

    private final Ring ring;
    private final FixedRate load;
    private final LoadScenario scenario;
    private final Map<String, Lateness> lateness = new LinkedHashMap<>();
    private long run = System.nanoTime() & 0xffffff;

    /** Parts of a saturation. */
    private enum Share {
        HIGH("70", 0.7),
        LOW("10", 0.1);

        private final String percent;
        private final double part;

        Share(String percent, double part) {
            this.percent = percent;
            this.part = part;
        }
    }

    /** Of the slices of one proxy at one rate: how many there were, and in how many of them the load was late. */
    private record Lateness(int slices, int late) {
        Lateness and(boolean wasLate) {
            return new Lateness(slices + 1, late + (wasLate ? 1 : 0));
        }
    }

    FixedRateSlices(Ring ring, FixedRate load, LoadScenario scenario) {
        this.ring = ring;
        this.load = load;
        this.scenario = scenario;
    }

    /**
     * One slice at each rate.
     *
     * @param full requests a second that are the whole
     */
    void run(Contender contender, int round, double full) throws IOException {
        for (Share share : Share.values()) {
            int rate = (int) Math.max(1, full * share.part);
            OpenLoopResult result = load.run(new OpenLoopJob(
                    contender.address().getPort(), rate, WARM_MILLIS, ring.seconds(), scenario.target(), run++));
            note(contender, share, rate, result);
            Histogram nanos = result.nanos();
            ring.progress()
                    .accept(
                            "%s: %-18s round %d at %s %%: %,d a second, median %.0f µs, p99 %.0f µs; load late by %.0f µs%s"
                                    .formatted(
                                            scenario.id(),
                                            contender.rival().title(),
                                            round + 1,
                                            share.percent,
                                            rate,
                                            nanos.getValueAtPercentile(50) / NANOS_PER_MICRO,
                                            nanos.getValueAtPercentile(99) / NANOS_PER_MICRO,
                                            result.lateNanos() / NANOS_PER_MICRO,
                                            result.onTime() ? "" : ", which is too much to count"));
        }
    }

    private void note(Contender contender, Share share, int rate, OpenLoopResult result) {
        RowOfRounds row = contender.row();
        row.add("sent" + share.percent, rate);
        row.add("late" + share.percent, result.lateNanos() / NANOS_PER_MICRO);
        row.total(LoadRun.FAILED, result.due() - result.answered());
        lateness.merge(
                who(contender.rival(), share),
                new Lateness(0, 0).and(!result.onTime()),
                (before, now) -> before.and(!result.onTime()));
        if (!result.onTime()) {
            return;
        }
        Histogram nanos = result.nanos();
        for (double percentile : PERCENTILES) {
            row.add(column(percentile, share), nanos.getValueAtPercentile(percentile) / NANOS_PER_MICRO);
        }
        contender
                .latencies()
                .computeIfAbsent(share.percent, unused -> new Histogram(LONGEST_NANOS, 3))
                .add(nanos);
    }

    private static String who(Rival rival, Share share) {
        return "%s at %s %%".formatted(rival.title(), share.percent);
    }

    private static String column(double percentile, Share share) {
        return name(percentile) + "at" + share.percent;
    }

    private static String name(double percentile) {
        return "p" + (percentile == Math.rint(percentile) ? Integer.toString((int) percentile) : "" + percentile);
    }

    /** What of it stands in the table. */
    static List<Section.Column> columns() {
        List<Section.Column> columns = new ArrayList<>();
        for (Share share : Share.values()) {
            columns.add(new Section.Column("sent" + share.percent, "at " + share.percent + " %", "", 0, false));
            columns.add(new Section.Column("late" + share.percent, "load late", "µs", 0, false));
            for (double percentile : PERCENTILES) {
                columns.add(new Section.Column(column(percentile, share), name(percentile), "µs", 0, false));
            }
        }
        return columns;
    }

    /** One for each rate. */
    static List<Section.Chart> charts(List<Contender> contenders) {
        List<Section.Chart> charts = new ArrayList<>();
        for (Share share : Share.values()) {
            charts.add(new Section.Chart(
                    "Latency at " + share.percent + " % of each one's saturation",
                    "percentile",
                    true,
                    "µs",
                    true,
                    contenders.stream()
                            .filter(contender -> contender.latencies().containsKey(share.percent))
                            .map(contender -> line(contender, share))
                            .toList()));
        }
        return charts;
    }

    private static Section.Line line(Contender contender, Share share) {
        Histogram nanos = contender.latencies().getOrDefault(share.percent, new Histogram(LONGEST_NANOS, 3));
        return Percentiles.line(contender.rival().title(), contender.rival().own(), nanos, NANOS_PER_MICRO);
    }

    /** Where slices were left out. */
    List<String> notes() {
        return lateness.entrySet().stream()
                .filter(of -> of.getValue().late() > 0)
                .map(of ->
                        "%s: bounded by the load, which was late by more than %.0f ms itself, in %d of %d slices; their times are left out."
                                .formatted(
                                        of.getKey(),
                                        OpenLoopResult.MOST_LATE_NANOS / 1e6,
                                        of.getValue().late(),
                                        of.getValue().slices()))
                .toList();
    }
}
