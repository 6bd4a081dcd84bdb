package dev.larder.bench.speed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.larder.bench.report.Section;
import dev.larder.bench.rivals.LarderCommand;
import dev.larder.bench.rivals.Rival;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** One scenario with real processes, for a second each; what it measures is not judged here. */
class LoadRunTest {
    @Test
    void scenarioGivesARowWithAllItsColumns() throws Exception {
        assumeTrue(Wrk.program().isPresent(), "wrk is not installed");
        Map<String, String> configs = Ring.noConfigs();
        Ring ring = new Ring(
                List.of(Rival.LARDER, Rival.ALONE),
                1,
                1,
                1,
                LarderCommand.find(Path.of("target", "classes"), Path.of("..")),
                OptionalInt.empty(),
                URI.create("redis://127.0.0.1:1"),
                line -> {},
                configs);
        try (SpeedOrigin origin = SpeedOrigin.start();
                OpenLoop openLoop = OpenLoop.start()) {
            Wrk wrk = new Wrk(Wrk.program().orElseThrow(), 1);
            Section section = new LoadRun(ring, origin, wrk, openLoop, LoadScenario.PASS_THROUGH).run();
            assertEquals(
                    List.of("larder", "the backend alone"),
                    section.rows().stream().map(Section.Row::name).toList());
            Map<String, Double> larder = section.rows().get(0).values();
            for (Section.Column column : section.columns()) {
                assertTrue(larder.containsKey(column.id()), column + " of " + larder);
            }
            assertEquals(2, section.charts().get(0).lines().size());
            assertEquals(List.of("larder"), List.copyOf(configs.keySet()));
            assertTrue(origin.requests() > 0);
        }
    }
}
