package dev.larder.bench.mix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.bench.course.CourseAdmin;
import dev.larder.bench.course.CourseBackend;
import dev.larder.bench.course.CourseOptions;
import dev.larder.bench.course.CourseRig;
import dev.larder.bench.course.Slowness;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class MixRunnerTest {
    @RegisterExtension
    static final CourseRig rig = new CourseRig();

    @Test
    void backendAloneAnswersEveryCallWithTheStatementsOfItsRoute() throws Exception {
        List<Call> trace = CourseMix.trace(new CourseMix.Options(50, Duration.ofSeconds(60), Duration.ofSeconds(5), 1));
        List<Call> reads = trace.stream().filter(Call.Read.class::isInstance).toList();
        MixResult result = run(reads, 20);
        PerfectCache.Result perfect = PerfectCache.play(reads, Duration.ZERO, 1);
        assertEquals(perfect.all().calls(), result.reads().calls());
        assertEquals(0, result.reads().hits());
        assertEquals(Map.of(200, perfect.all().calls()), result.statuses());
        assertEquals(perfect.withoutCache(), result.statements().orElseThrow().total());
    }

    @Test
    void writesOfATraceAreDoneOneAndAll() throws Exception {
        List<Call> trace =
                CourseMix.trace(new CourseMix.Options(200, Duration.ofSeconds(100), Duration.ofSeconds(5), 2));
        List<Call> writes = trace.stream().filter(Call.Write.class::isInstance).toList();
        assertTrue(writes.size() > 50);
        MixResult result = run(writes, 100);
        assertEquals(0, result.refusedWrites());
        assertEquals(Map.of(200, (long) writes.size()), result.statuses());
        // The data was put back at the start, so the same trace is done again.
        assertEquals(0, run(writes, 100).refusedWrites());
    }

    @Test
    void noCallIsLeftOutWhileStatementsOfASlowBackendAreCounted() throws Exception {
        List<Call> trace = CourseMix.trace(new CourseMix.Options(50, Duration.ofSeconds(30), Duration.ofSeconds(5), 1));
        List<Call> reads = trace.stream().filter(Call.Read.class::isInstance).toList();
        try (CourseAdmin admin = CourseAdmin.start(0, rig.backend().database())) {
            MixResult result = new MixRunner(rig.backend().address(), admin.address(), System::nanoTime, line -> {})
                    .runUnhurried(reads, Duration.ZERO);
            assertEquals(Optional.empty(), result.troubles());
            assertEquals(
                    PerfectCache.play(reads, Duration.ZERO, 1).withoutCache(),
                    result.statements().orElseThrow().total());
        }
    }

    @Test
    void failuresAreCountedAndNotTimed() throws Exception {
        CourseBackend gone = CourseBackend.start(0, rig.backend().database(), CourseOptions.defaults());
        URI address = gone.address();
        gone.close();
        List<Call> trace = CourseMix.trace(new CourseMix.Options(2, Duration.ofSeconds(10), Duration.ofSeconds(5), 1));
        MixResult result = new MixRunner(address, null, System::nanoTime, line -> {}).run(trace, Duration.ZERO, 10);
        assertEquals(trace.size(), result.failures());
        assertTrue(
                result.troubles().orElseThrow().contains("Connection refused"),
                result.troubles().toString());
        assertEquals(0, result.latency(MixResult.Kind.UNCACHED).getTotalCount());
        assertFalse(result.statements().isPresent());
    }

    @Test
    void figureTimesTheFirstRequestApartFromTheLaterOnes() throws Exception {
        rig.backend().slowness(Slowness.ofReads(Duration.ofMillis(50)));
        try {
            Figure figure = Figure.take(
                    rig.backend().address(),
                    "/api/admin/courses?search=javascript",
                    new Figure.WarmUp("/api/admin/courses?search=", "next-auth.session-token=s-u002", 2, () -> {}),
                    "next-auth.session-token=s-u001",
                    5,
                    System::nanoTime);
            assertTrue(figure.first() >= 50_000, "first " + figure.first());
            assertTrue(figure.averageOfThree() >= 50_000, "average " + figure.averageOfThree());
            assertEquals(4, figure.later().getTotalCount());
            assertEquals(0, figure.laterHits());
        } finally {
            rig.backend().slowness(Slowness.NONE);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "larder; hit; ttl=299,                 true",
        "'larder;hit',                         true",
        "larder; fwd=uri-miss; stored,         false",
        "larder; fwd=stale; detail=hit-and-run, false",
        "'',                                   false",
    })
    void hitIsWhatCacheStatusSays(String cacheStatus, boolean hit) {
        assertEquals(hit, new LoadClient.Reply(200, cacheStatus, "").hit());
    }

    private static MixResult run(List<Call> trace, double speed) throws Exception {
        try (CourseAdmin admin = CourseAdmin.start(0, rig.backend().database())) {
            return new MixRunner(rig.backend().address(), admin.address(), System::nanoTime, line -> {})
                    .run(trace, Duration.ZERO, speed);
        }
    }
}
