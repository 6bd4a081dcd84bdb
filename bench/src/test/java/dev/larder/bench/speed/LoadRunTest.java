package dev.larder.bench.speed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.bench.report.Section;
import dev.larder.bench.rivals.LarderCommand;
import dev.larder.bench.rivals.Rival;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** One scenario with a larder of its own, under a load that is only said to have been there. */
class LoadRunTest {
    private final List<OpenLoopJob> jobs = new ArrayList<>();

    private static Wrk.Result answered(long requests) {
        return new Wrk.Result(requests, 1_000_000, 0, 0, 0, 0, 0, 70);
    }

    private final class Claimed implements FixedRate {
        private final long lateNanos;

        Claimed(long lateNanos) {
            this.lateNanos = lateNanos;
        }

        @Override
        public OpenLoopResult run(OpenLoopJob job) {
            jobs.add(job);
            Histogram nanos = new Histogram(1_000_000_000L, 3);
            nanos.recordValue(80_000);
            Histogram late = new Histogram(1_000_000_000L, 3);
            late.recordValue(lateNanos);
            long all = (long) job.rate() * job.seconds();
            return OpenLoopResult.of(all, all, late, nanos);
        }
    }

    private Section run(FixedRate openLoop, SpeedOrigin origin, Map<String, String> configs) throws Exception {
        Ring ring = new Ring(
                List.of(Rival.LARDER, Rival.ALONE),
                3,
                2,
                1,
                1,
                LarderCommand.find(Path.of("target", "classes"), Path.of("..")),
                OptionalInt.empty(),
                URI.create("redis://127.0.0.1:1"),
                line -> {},
                configs);
        return new LoadRun(
                        ring,
                        origin,
                        (address, target, connections, seconds) -> answered(20_000),
                        openLoop,
                        LoadScenario.PASS_THROUGH)
                .run();
    }

    @Test
    void scenarioGivesARowWithAllItsColumns() throws Exception {
        Map<String, String> configs = new LinkedHashMap<>();
        try (SpeedOrigin origin = SpeedOrigin.start()) {
            Section section = run(new Claimed(20_000), origin, configs);
            assertEquals(
                    List.of("larder", "the backend alone"),
                    section.rows().stream().map(Section.Row::name).toList());
            Map<String, Double> larder = section.rows().get(0).values();
            for (Section.Column column : section.columns()) {
                assertTrue(larder.containsKey(column.id()), column + " of " + larder);
            }
            assertEquals(20_000, larder.get("rate"));
            assertEquals(
                    List.of(20_000.0, 20_000.0, 20_000.0),
                    section.rows().get(0).rounds().get("rate"));
            assertEquals(
                    List.of(14_000, 2_000, 14_000, 2_000),
                    jobs.stream()
                            .filter(job -> job.port() != origin.address().getPort())
                            .map(OpenLoopJob::rate)
                            .toList());
            assertEquals(2, section.charts().get(0).lines().size());
            assertEquals(List.of("larder"), List.copyOf(configs.keySet()));
        }
    }

    @Test
    void timesOfALoadThatWasLateItselfAreNotShown() throws Exception {
        try (SpeedOrigin origin = SpeedOrigin.start()) {
            Section section = run(new Claimed(1_500_000), origin, new LinkedHashMap<>());
            Map<String, Double> larder = section.rows().get(0).values();
            assertFalse(larder.containsKey("p99at70"), larder.toString());
            assertEquals(1_500, larder.getOrDefault("late70", 0.0), 2);
            assertEquals(List.of(), section.charts().get(0).lines());
            assertTrue(
                    section.notes().get(0).startsWith("larder at 70 %: bounded by the load"),
                    section.notes().toString());
            assertTrue(
                    section.notes().get(0).contains("in 2 of 2 slices"),
                    section.notes().toString());
        }
    }

    @Test
    void warmUpAsksUntilCompilersAreDoneHoweverEvenItIs() throws Exception {
        List<Integer> asked = new ArrayList<>();
        long answered = new WarmUp((address, target, connections, seconds) -> count(asked, 10_000), 60)
                .run(URI.create("http://127.0.0.1:1"), Target.one("/"), 150_000, () -> 100L * asked.size());
        assertEquals(150_000, answered);
        assertEquals(15, asked.size());
    }

    @Test
    void warmUpEndsInTimeForWhoeverIsSlow() throws Exception {
        List<Integer> asked = new ArrayList<>();
        long answered = new WarmUp((address, target, connections, seconds) -> count(asked, 1), 7)
                .run(URI.create("http://127.0.0.1:1"), Target.one("/"), 150_000, () -> 0);
        assertEquals(7, answered);
    }

    @Test
    void warmUpGoesOnWhileRequestsGetCheaper() throws Exception {
        List<Integer> asked = new ArrayList<>();
        long[] cpuOf = {0, 900, 1_700, 2_400, 3_000, 3_500, 4_000, 4_500};
        long answered = new WarmUp((address, target, connections, seconds) -> count(asked, 10), 60)
                .run(URI.create("http://127.0.0.1:1"), Target.one("/"), 1, () -> cpuOf[asked.size()]);
        assertEquals(70, answered);
    }

    private static Wrk.Result count(List<Integer> asked, int requests) throws IOException {
        asked.add(requests);
        return answered(requests);
    }
}
