package dev.larder.bench.trouble;

import dev.larder.bench.course.Slowness;
import dev.larder.bench.mix.Machine;
import dev.larder.bench.stage.RedisProcess;
import dev.larder.bench.stage.Stage;
import dev.larder.bench.trouble.Sample.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code store-trouble}: a real Redis is stopped and made slow under load; what visitors notice of it. */
@Command(
        name = "store-trouble",
        mixinStandardHelpOptions = true,
        description = {
            "Stops a real Redis and makes it slow under a light load, and prints what visitors notice of it, beside the",
            "same load on the backend alone. Starts all that it needs; backend and larder run in this process."
        })
public final class StoreTroubleCommand implements Callable<Integer> {
    private static final long LONGEST_MICROS = 60_000_000;
    private static final double MICROS_PER_MILLI = 1_000.0;
    private static final String ROW = "%-24s %6s %5s %5s  %7s %7s %7s  %7s %7s %7s  %9s%n";
    private static final Duration ALONE = Duration.ofSeconds(10);
    private static final Duration WARM_UP = Duration.ofSeconds(8);
    /** How long hits may take to come back. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Hits are back when this many reads in a row, of what no write changes and in order of time, are hits. */
    private static final int BACK = 50;

    @Option(
            names = "--slow-backend",
            description = "Milliseconds that each answer of the backend takes longer (default: ${DEFAULT-VALUE}).")
    private int slowBackend = 20;

    @Option(names = "--rounds", description = "How often each fault comes (default: ${DEFAULT-VALUE}).")
    private int rounds = 1;

    private record Phase(String title, List<Sample> samples, OptionalLong backMillis) {}

    @Override
    public Integer call() throws Exception {
        Stage.quiet();
        Duration slow = Duration.ofMillis(slowBackend);
        System.out.printf("store in trouble, on %s; the backend %d ms slower%n", Machine.line(), slowBackend);
        List<Phase> phases = new ArrayList<>();
        int edits;
        try (Stage stage = Stage.start("redis", Slowness.ofReads(slow).withWrites(slow))) {
            RedisProcess redis = stage.redis().orElseThrow();
            Stage.tell("the backend alone");
            try (SteadyLoad alone = SteadyLoad.start(stage.backend().address(), System::nanoTime)) {
                rest(WARM_UP);
                long from = System.nanoTime();
                rest(ALONE);
                phases.add(
                        new Phase("the backend alone", alone.samples(from, System.nanoTime()), OptionalLong.empty()));
            }
            try (SteadyLoad load = SteadyLoad.start(stage.larder(), System::nanoTime)) {
                rest(WARM_UP);
                for (int round = 0; round < rounds; round++) {
                    for (Fault fault : Fault.values()) {
                        Stage.tell(fault.title() + ": " + fault.what());
                        phases.add(phase(fault, redis, load));
                    }
                }
                edits = load.answeredEdits();
            }
        }
        print(phases);
        long failed = count(phases, true);
        long stale = count(phases, false);
        System.out.printf("%nfailed %d, stale %d, after %d answered edits of one course%n", failed, stale, edits);
        return failed + stale == 0 ? 0 : 1;
    }

    /** From the fault's beginning until hits are back and a second more. */
    private static Phase phase(Fault fault, RedisProcess redis, SteadyLoad load) throws Exception {
        long from = System.nanoTime();
        fault.strike(redis, System::nanoTime);
        long over = System.nanoTime();
        OptionalLong back = OptionalLong.empty();
        while (back.isEmpty() && System.nanoTime() - over < PATIENCE.toNanos()) {
            rest(Duration.ofMillis(100));
            back = back(load.samples(over, System.nanoTime()));
        }
        rest(Duration.ofSeconds(1));
        OptionalLong millis =
                back.isEmpty() ? back : OptionalLong.of(TimeUnit.NANOSECONDS.toMillis(back.getAsLong() - over));
        return new Phase(fault.title(), load.samples(from, System.nanoTime()), millis);
    }

    /** When the first of a row of hits was due. */
    private static OptionalLong back(List<Sample> samples) {
        List<Sample> reads = samples.stream()
                .filter(sample -> sample.kind() == Kind.READ && !sample.checked())
                .sorted((a, b) -> Long.compare(a.dueNanos(), b.dueNanos()))
                .toList();
        int row = 0;
        for (int i = 0; i < reads.size(); i++) {
            row = reads.get(i).hit() ? row + 1 : 0;
            if (row == BACK) {
                return OptionalLong.of(reads.get(i - BACK + 1).dueNanos());
            }
        }
        return OptionalLong.empty();
    }

    private static long count(List<Phase> phases, boolean failed) {
        return phases.stream()
                .flatMap(phase -> phase.samples().stream())
                .filter(sample -> failed ? sample.failed() : sample.stale())
                .count();
    }

    private static void print(List<Phase> phases) {
        System.out.printf("%n" + ROW, "", "calls", "fail", "hit %", "read", "", "", "write", "", "", "hits back");
        System.out.printf(ROW, "ms", "", "", "", "median", "p99", "highest", "median", "p99", "highest", "after");
        for (Phase phase : phases) {
            Histogram reads = micros(phase, Kind.READ);
            Histogram writes = micros(phase, Kind.WRITE);
            long hits = phase.samples().stream().filter(Sample::hit).count();
            System.out.printf(
                    ROW,
                    phase.title(),
                    phase.samples().size(),
                    phase.samples().stream().filter(Sample::failed).count(),
                    reads.getTotalCount() == 0 ? "-" : Long.toString(100 * hits / reads.getTotalCount()),
                    millis(reads.getValueAtPercentile(50)),
                    millis(reads.getValueAtPercentile(99)),
                    millis(reads.getMaxValue()),
                    millis(writes.getValueAtPercentile(50)),
                    millis(writes.getValueAtPercentile(99)),
                    millis(writes.getMaxValue()),
                    phase.backMillis().isPresent() ? phase.backMillis().getAsLong() + " ms" : "-");
        }
    }

    private static Histogram micros(Phase phase, Kind kind) {
        Histogram micros = new Histogram(LONGEST_MICROS, 3);
        phase.samples().stream()
                .filter(sample -> sample.kind() == kind)
                .forEach(sample -> micros.recordValue(Math.min(sample.micros(), LONGEST_MICROS)));
        return micros;
    }

    private static String millis(long micros) {
        return "%.1f".formatted(micros / MICROS_PER_MILLI);
    }

    private static void rest(Duration length) {
        long end = System.nanoTime() + length.toNanos();
        for (long left = length.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
