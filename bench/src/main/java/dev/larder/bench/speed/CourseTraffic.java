package dev.larder.bench.speed;

import dev.larder.bench.course.Slowness;
import dev.larder.bench.course.Statements;
import dev.larder.bench.mix.Call;
import dev.larder.bench.mix.CourseMix;
import dev.larder.bench.mix.MixResult;
import dev.larder.bench.mix.MixRunner;
import dev.larder.bench.mix.PerfectCache;
import dev.larder.bench.report.Section;
import dev.larder.bench.rivals.Rival;
import dev.larder.bench.rivals.RivalProcess;
import dev.larder.bench.stage.BackendStage;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** The traffic mix of the course platform, over a slow database. For one thread; blocking. */
final class CourseTraffic {
    static final String ID = "mix";
    private static final Duration SLOW = Duration.ofMillis(149);
    private static final double MICROS_PER_MILLI = 1_000;
    private static final double MIB = 1 << 20;
    private static final long SEED = 1;

    private final Ring ring;
    private final BackendStage stage;
    private final Duration length;
    private final Duration warmUp;
    private final List<Section.Row> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Section.Line> overTime = new ArrayList<>();
    private final List<Section.Line> latencies = new ArrayList<>();

    CourseTraffic(Ring ring, BackendStage stage, Duration length, Duration warmUp) {
        this.ring = ring;
        this.stage = stage;
        this.length = length;
        this.warmUp = warmUp;
    }

    Section run() throws Exception {
        List<Call> trace = CourseMix.trace(CourseMix.Options.standard(length, SEED));
        stage.backend().slowness(Slowness.NONE);
        ring.progress().accept(ID + ": the backend alone, to count its statements");
        MixResult alone = runner(stage.backend().address()).runUnhurried(trace, warmUp);
        Optional<Statements.Count> without = alone.troubles().isPresent() ? Optional.empty() : alone.statements();
        add("the backend alone", false, alone, without, Optional.empty());
        stage.backend().slowness(Slowness.ofReads(SLOW));
        for (Rival rival : ring.among(List.of(Rival.LARDER, Rival.LARDER_REDIS))) {
            ring.progress().accept("%s: %s, for %d s".formatted(ID, rival.title(), length.toSeconds()));
            try (RivalProcess process = ring.start(rival, stage.backend().address())) {
                MixResult result = runner(process.address()).run(trace, warmUp, 1);
                add(rival.title(), true, result, without, Optional.of(process));
            }
        }
        stage.backend().slowness(Slowness.NONE);
        perfect(trace, without);
        return section();
    }

    private MixRunner runner(URI target) {
        return new MixRunner(target, stage.admin(), System::nanoTime, line -> {});
    }

    private void add(
            String name,
            boolean own,
            MixResult result,
            Optional<Statements.Count> without,
            Optional<RivalProcess> process) {
        Map<String, Double> values = new LinkedHashMap<>();
        result.statements().ifPresent(count -> {
            values.put("statements", (double) count.total());
            without.filter(base -> own && base.total() > 0 && result.troubles().isEmpty())
                    .ifPresent(base -> values.put("saved", 100.0 * (base.total() - count.total()) / base.total()));
        });
        long failed = result.failures() + result.unsent();
        values.put("failed", (double) failed);
        result.troubles().ifPresent(why -> notes.add("%s: %s; its statements do not compare.".formatted(name, why)));
        process.ifPresent(running -> {
            values.put("hits", result.reads().hitPercent());
            Histogram cached = result.latency(MixResult.Kind.CACHED);
            Histogram uncached = result.latency(MixResult.Kind.UNCACHED);
            values.put("hit50", cached.getValueAtPercentile(50) / MICROS_PER_MILLI);
            values.put("hit99", cached.getValueAtPercentile(99) / MICROS_PER_MILLI);
            values.put("miss50", uncached.getValueAtPercentile(50) / MICROS_PER_MILLI);
            values.put("write50", result.latency(MixResult.Kind.WRITE).getValueAtPercentile(50) / MICROS_PER_MILLI);
            values.put("resident", ProcessCost.of(running.handle()).residentBytes() / MIB);
            overTime.add(hitsOverTime(name, result));
            latencies.add(Percentiles.line(name + ", hits", true, cached, 1));
            latencies.add(Percentiles.line(name + ", misses", false, uncached, 1));
        });
        rows.add(new Section.Row(name, own, values, Map.of()));
    }

    private void perfect(List<Call> trace, Optional<Statements.Count> without) {
        PerfectCache.Result perfect = PerfectCache.play(trace, warmUp, 1);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("hits", perfect.all().hitPercent());
        without.ifPresent(base -> values.put("saved", perfect.fewerStatementsPercent()));
        rows.add(new Section.Row("a perfect cache", false, values, Map.of()));
    }

    private static Section.Line hitsOverTime(String name, MixResult result) {
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        List<PerfectCache.Share> slices = result.timeline();
        // The last slice is not whole.
        for (int i = 0; i < slices.size() - 1; i++) {
            x.add((i + 1) * MixResult.SLICE_MILLIS / 1_000.0);
            y.add(slices.get(i).hitPercent());
        }
        return new Section.Line(name, true, x, y);
    }

    private Section section() {
        return new Section(
                ID,
                "The course platform's traffic",
                ("200 visitors for %d s, of which the first %d s do not count: a page every 5 s with three calls, two writes in a hundred pages, "
                                + "over a database that takes 149 ms longer. Hits are checked against writes by purging; a perfect cache would drop exactly what a write changes.")
                        .formatted(length.toSeconds(), warmUp.toSeconds()),
                List.of(
                        new Section.Column("hits", "hits", "%", 1, true),
                        new Section.Column("statements", "SQL statements", "", 0, true),
                        new Section.Column("saved", "of them saved", "%", 1, true),
                        new Section.Column("hit50", "hit, median", "ms", 2, false),
                        new Section.Column("hit99", "hit, p99", "ms", 2, false),
                        new Section.Column("miss50", "miss, median", "ms", 1, false),
                        new Section.Column("write50", "write, median", "ms", 1, false),
                        new Section.Column("resident", "memory", "MiB", 0, false),
                        new Section.Column("failed", "failed", "", 0, false)),
                rows,
                List.of(
                        new Section.Chart(
                                "Hits of each five seconds, from an empty cache on",
                                "seconds",
                                false,
                                "%",
                                false,
                                overTime),
                        new Section.Chart("Latency", "percentile", true, "µs", true, latencies)),
                notes);
    }
}
