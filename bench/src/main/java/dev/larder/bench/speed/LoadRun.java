package dev.larder.bench.speed;

import dev.larder.bench.report.Section;
import dev.larder.bench.rivals.Rival;
import dev.larder.bench.rivals.RivalProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.HdrHistogram.Histogram;

/**
 * Runs a {@link LoadScenario}: every proxy is started and warmed, then saturated for a slice, one after the other and round after round, in
 * another order each time, so that whatever else the machine does meets all of them alike. Then 70 % and 10 % of each one's median rate are sent at
 * a constant rate. For one thread; blocking.
 */
final class LoadRun {
    private static final double HIGH_SHARE = 0.7;
    private static final double LOW_SHARE = 0.1;
    /** What one core of load can send at a fixed rate without being late itself. */
    private static final int HIGHEST_RATE = 45_000;

    /** At a fixed rate, before anything counts: connections stand then. */
    private static final int WARM_MILLIS = 500;

    private static final double[] PERCENTILES = {50, 99, 99.9};
    private static final double NANOS_PER_MICRO = 1_000;
    private static final double MIB = 1 << 20;
    private static final long LONGEST_NANOS = 60_000_000_000L;

    private static final String RATE = "rate";
    private static final String CPU = "cpu";
    private static final String ONE = "one";
    private static final String RESIDENT = "resident";
    private static final String FAILED = "failed";

    private final Ring ring;
    private final SpeedOrigin origin;
    private final Saturation wrk;
    private final FixedRate openLoop;
    private final LoadScenario scenario;
    private final List<Contender> contenders = new ArrayList<>();
    private long run = System.nanoTime() & 0xffffff;

    LoadRun(Ring ring, SpeedOrigin origin, Saturation wrk, FixedRate openLoop, LoadScenario scenario) {
        this.ring = ring;
        this.origin = origin;
        this.wrk = wrk;
        this.openLoop = openLoop;
        this.scenario = scenario;
    }

    /** Runs it. */
    Section run() throws IOException, InterruptedException {
        try {
            for (Rival rival : ring.among(scenario.rivals())) {
                contenders.add(start(rival));
            }
            for (Contender contender : contenders) {
                warm(contender);
            }
            for (int round = 0; round < ring.rounds(); round++) {
                for (Contender contender : inTurn(round)) {
                    saturate(contender, round);
                }
            }
            for (int round = 0; round < ring.rateRounds(); round++) {
                for (Contender contender : inTurn(round)) {
                    atRate(contender, round, "70", HIGH_SHARE);
                    atRate(contender, round, "10", LOW_SHARE);
                }
            }
            for (Contender contender : contenders) {
                if (!contender.processes().isEmpty()) {
                    contender
                            .row()
                            .add(
                                    RESIDENT,
                                    ProcessCost.of(contender.processes().get(0).handle())
                                                    .residentBytes()
                                            / MIB);
                }
            }
            return section();
        } finally {
            contenders.forEach(Contender::close);
        }
    }

    private Contender start(Rival rival) throws IOException {
        if (rival == Rival.ALONE) {
            return Contender.of(rival, origin.address(), new LoadBound(OptionalInt.empty()), List.of());
        }
        RivalProcess process = ring.start(rival, origin.address());
        return Contender.of(rival, process.address(), new LoadBound(ring.proxyCore()), List.of(process));
    }

    private void warm(Contender contender) throws IOException, InterruptedException {
        ring.progress()
                .accept(scenario.id() + ": warming up " + contender.rival().title());
        long answered = new WarmUp(wrk, ring.warmSeconds())
                .run(contender.address(), scenario.target(), scenario.warmRequests(), contender::cpuMicros);
        ring.progress()
                .accept("%s: %-18s warm after %,d requests"
                        .formatted(scenario.id(), contender.rival().title(), answered));
    }

    private List<Contender> inTurn(int round) {
        List<Contender> order = new ArrayList<>(contenders);
        Collections.rotate(order, round);
        return order;
    }

    private void saturate(Contender contender, int round) throws IOException, InterruptedException {
        long before = contender.cpuMicros();
        LoadBound.Slice slice = LoadBound.begin(ProcessCost.cpuMicrosOfEnded());
        Wrk.Result result = wrk.run(contender.address(), scenario.target(), Wrk.CONNECTIONS, ring.seconds());
        contender.bound().end(slice, ProcessCost.cpuMicrosOfEnded(), 1);
        long cpu = contender.cpuMicros() - before;
        RowOfRounds row = contender.row();
        row.total(FAILED, result.errors());
        if (contender.rival() != Rival.ALONE) {
            row.add(RATE, result.perSecond());
            if (result.requests() > 0) {
                row.add(CPU, (double) cpu / result.requests());
            }
        }
        if (round < ring.rateRounds()) {
            oneAtATime(contender);
        }
        ring.progress()
                .accept("%s: %-18s round %d: %,.0f a second, %.2f µs of CPU each, %d failed"
                        .formatted(
                                scenario.id(),
                                contender.rival().title(),
                                round + 1,
                                result.perSecond(),
                                (double) cpu / Math.max(1, result.requests()),
                                result.errors()));
    }

    private void oneAtATime(Contender contender) throws IOException, InterruptedException {
        Wrk.Result one = wrk.run(contender.address(), scenario.target(), 1, 1);
        if (one.requests() > 0) {
            contender.row().add(ONE, one.medianMicros());
        }
    }

    private void atRate(Contender contender, int round, String at, double share) throws IOException {
        double full = contender.rival() == Rival.ALONE
                ? lowestRate()
                : contender.row().median(RATE);
        int rate = (int) Math.max(1, Math.min(HIGHEST_RATE, full * share));
        LoadBound.Slice slice = LoadBound.begin(openLoop.cpuMicros());
        OpenLoopResult result = openLoop.run(new OpenLoopJob(
                contender.address().getPort(), rate, WARM_MILLIS, ring.seconds(), scenario.target(), run++));
        contender.bound().end(slice, openLoop.cpuMicros(), (double) result.sent() / rate / ring.seconds());
        Histogram nanos = result.nanos();
        RowOfRounds row = contender.row();
        row.add("sent" + at, (double) result.sent() / ring.seconds());
        for (double percentile : PERCENTILES) {
            row.add(column(percentile, at), nanos.getValueAtPercentile(percentile) / NANOS_PER_MICRO);
        }
        row.total(FAILED, result.sent() - result.answered());
        contender
                .latencies()
                .computeIfAbsent(at, unused -> new Histogram(LONGEST_NANOS, 3))
                .add(nanos);
        ring.progress()
                .accept("%s: %-18s round %d at %s %%: %,d a second, median %.0f µs, p99 %.0f µs"
                        .formatted(
                                scenario.id(),
                                contender.rival().title(),
                                round + 1,
                                at,
                                rate,
                                nanos.getValueAtPercentile(50) / NANOS_PER_MICRO,
                                nanos.getValueAtPercentile(99) / NANOS_PER_MICRO));
    }

    /** The backend alone is asked as often as the slowest of the proxies. */
    private double lowestRate() {
        return contenders.stream()
                .mapToDouble(contender -> contender.row().median(RATE))
                .filter(rate -> !Double.isNaN(rate))
                .min()
                .orElse(HIGHEST_RATE);
    }

    private static String column(double percentile, String at) {
        return "p" + (percentile == Math.rint(percentile) ? Integer.toString((int) percentile) : "" + percentile) + "at"
                + at;
    }

    private Section section() {
        List<Section.Column> columns = new ArrayList<>(List.of(
                new Section.Column(RATE, "a second", "", 0, true),
                new Section.Column(CPU, "CPU each", "µs", 2, true),
                new Section.Column(ONE, "one at a time", "µs", 0, false)));
        for (String at : List.of("70", "10")) {
            columns.add(new Section.Column("sent" + at, "sent at " + at + " %", "", 0, false));
            for (double percentile : PERCENTILES) {
                String name = column(percentile, at).replace("at" + at, "");
                columns.add(new Section.Column(column(percentile, at), name, "µs", 0, false));
            }
        }
        columns.add(new Section.Column(RESIDENT, "memory", "MiB", 0, true));
        columns.add(new Section.Column(FAILED, "failed", "", 0, false));
        return new Section(
                scenario.id(),
                scenario.title(),
                scenario.what(),
                columns,
                contenders.stream().map(contender -> contender.row().row()).toList(),
                List.of(chart("70"), chart("10")),
                contenders.stream()
                        .flatMap(contender ->
                                contender.bound().note(contender.rival().title()).stream())
                        .toList());
    }

    private Section.Chart chart(String at) {
        return new Section.Chart(
                "Latency at " + at + " % of each one's saturation",
                "percentile",
                true,
                "µs",
                true,
                contenders.stream()
                        .filter(contender -> contender.latencies().containsKey(at))
                        .map(contender -> line(contender, at))
                        .toList());
    }

    private static Section.Line line(Contender contender, String at) {
        Histogram nanos = contender.latencies().getOrDefault(at, new Histogram(LONGEST_NANOS, 3));
        return Percentiles.line(contender.rival().title(), contender.rival().own(), nanos, NANOS_PER_MICRO);
    }
}
