package dev.larder.bench.speed;

import dev.larder.bench.course.Slowness;
import dev.larder.bench.report.Section;
import dev.larder.bench.stage.BackendStage;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * All scenarios, by name.
 *
 * @param quick whether what has a length of its own is shortened
 */
record Scenarios(Ring ring, SpeedOrigin origin, Wrk wrk, OpenLoop openLoop, boolean quick) {
    /** In the order in which they run and are shown: what the design document asks for first. */
    static final List<String> NAMES = Stream.concat(
                    Stream.of(CourseFigure.ID, CourseTraffic.ID),
                    Stream.concat(
                            Arrays.stream(LoadScenario.values()).map(LoadScenario::id),
                            Stream.of(ColdKey.ID, PurgesBeside.ID, ColdStart.ID)))
            .toList();

    /** Runs one of {@link #NAMES}. */
    Section run(String name) throws Exception {
        return switch (name) {
            case CourseFigure.ID -> {
                try (BackendStage stage = BackendStage.start(Slowness.NONE)) {
                    yield new CourseFigure(ring, stage).run();
                }
            }
            case CourseTraffic.ID -> {
                try (BackendStage stage = BackendStage.start(Slowness.NONE)) {
                    yield new CourseTraffic(
                                    ring,
                                    stage,
                                    Duration.ofSeconds(quick ? 45 : 300),
                                    Duration.ofSeconds(quick ? 15 : 60))
                            .run();
                }
            }
            case ColdKey.ID -> new ColdKey(ring, origin).run();
            case PurgesBeside.ID -> new PurgesBeside(ring, origin, wrk, openLoop).run();
            case ColdStart.ID -> new ColdStart(ring, origin).run();
            default -> new LoadRun(ring, origin, wrk, openLoop, load(name)).run();
        };
    }

    private static LoadScenario load(String name) {
        return Arrays.stream(LoadScenario.values())
                .filter(scenario -> scenario.id().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no scenario \"" + name + "\""));
    }
}
