package dev.larder.bench.speed;

import dev.larder.bench.rivals.Rival;
import dev.larder.bench.rivals.RivalProcess;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Who is measured in a scenario, and what came of it.
 *
 * @param row its medians
 * @param latencies in nanoseconds, of all rounds, by which rate they were taken at
 * @param bound in which of its slices the load was at its limit
 * @param processes none for the backend alone
 */
record Contender(
        Rival rival,
        URI address,
        RowOfRounds row,
        Map<String, Histogram> latencies,
        LoadBound bound,
        List<RivalProcess> processes)
        implements AutoCloseable {

    static Contender of(Rival rival, URI address, LoadBound bound, List<RivalProcess> processes) {
        return new Contender(
                rival, address, new RowOfRounds(rival.title(), rival.own()), new LinkedHashMap<>(), bound, processes);
    }

    /** CPU time of all its processes so far. */
    long cpuMicros() {
        return processes.stream()
                .mapToLong(process -> ProcessCost.cpuMicrosOf(process.handle()))
                .sum();
    }

    @Override
    public void close() {
        processes.forEach(RivalProcess::close);
    }
}
