package dev.larder.bench.speed;

import dev.larder.bench.report.Section;
import dev.larder.bench.rivals.Rival;
import dev.larder.bench.rivals.RivalProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/**
 * Runs a {@link LoadScenario}: every proxy is started and warmed, then saturated for a slice, one after the other and round after round, in
 * another order each time, so that whatever else the machine does meets all of them alike. Then 70 % and 10 % of each one's median rate are sent at
 * a constant rate. For one thread; blocking.
 */
final class LoadRun {
    private static final double MIB = 1 << 20;

    private static final String RATE = "rate";
    private static final String CPU = "cpu";
    private static final String ONE = "one";
    private static final String RESIDENT = "resident";
    static final String FAILED = "failed";

    private final Ring ring;
    private final SpeedOrigin origin;
    private final Saturation wrk;
    private final FixedRateSlices atRates;
    private final LoadScenario scenario;
    private final List<Contender> contenders = new ArrayList<>();

    LoadRun(Ring ring, SpeedOrigin origin, Saturation wrk, FixedRate openLoop, LoadScenario scenario) {
        this.ring = ring;
        this.origin = origin;
        this.wrk = wrk;
        this.atRates = new FixedRateSlices(ring, openLoop, scenario);
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
                    atRates.run(contender, round, full(contender));
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
        contender.bound().end(slice, ProcessCost.cpuMicrosOfEnded());
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

    /** Of what a rate is a part. The backend alone is asked as often as the slowest of the proxies, of which larder is always one. */
    private double full(Contender contender) {
        return contender.rival() == Rival.ALONE
                ? contenders.stream()
                        .mapToDouble(other -> other.row().median(RATE))
                        .filter(rate -> !Double.isNaN(rate))
                        .min()
                        .orElseThrow()
                : contender.row().median(RATE);
    }

    private Section section() {
        List<Section.Column> columns = new ArrayList<>(List.of(
                new Section.Column(RATE, "a second", "", 0, true),
                new Section.Column(CPU, "CPU each", "µs", 2, true),
                new Section.Column(ONE, "one at a time", "µs", 0, false)));
        columns.addAll(FixedRateSlices.columns());
        columns.add(new Section.Column(RESIDENT, "memory", "MiB", 0, true));
        columns.add(new Section.Column(FAILED, "failed", "", 0, false));
        return new Section(
                scenario.id(),
                scenario.title(),
                scenario.what(),
                columns,
                contenders.stream().map(contender -> contender.row().row()).toList(),
                FixedRateSlices.charts(contenders),
                notes());
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        contenders.forEach(
                contender -> contender.bound().note(contender.rival().title()).ifPresent(notes::add));
        notes.addAll(atRates.notes());
        return notes;
    }
}
