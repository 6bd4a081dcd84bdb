package dev.larder.bench.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.larder.bench.stage.RedisProcess;
import dev.larder.bench.trouble.Fault;
import dev.larder.bench.trouble.Sample;
import dev.larder.bench.trouble.SteadyLoad;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real Redis in trouble under load, with the store's usual small timeout. How long requests take is for the program
 * {@code store-trouble} to print: here nothing depends on the machine's speed.
 */
@NullUnmarked
@ExtendWith(CourseGround.class)
class RedisTroubleTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final CourseGround.Ground ground;

    RedisTroubleTest(CourseGround.Ground ground) {
        this.ground = ground;
        ground.restore();
    }

    @ParameterizedTest
    @EnumSource
    void noRequestFailsNoReadIsStaleAndHitsComeBackByThemselves(Fault fault) throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                Sidecar sidecar = Sidecar.start(ground, Map.of("store.url", redis.url()))) {
            List<Sample> samples = during(sidecar, load -> {
                awaitHits(load, System.nanoTime());
                int editsBefore = load.answeredEdits();
                fault.strike(redis, System::nanoTime);
                awaitHits(load, System.nanoTime());
                await(() -> load.answeredEdits() > editsBefore + 3, "edits are not answered any more");
            });
            assertTrue(
                    samples.stream().anyMatch(sample -> sample.checked() && sample.hit()), "no check was ever a hit");
        }
    }

    @Test
    void sidecarThatStartsWithoutItsStoreServesAndUsesItOnceItIsThere() throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            redis.stopServer();
            try (Sidecar sidecar = Sidecar.start(ground, Map.of("store.url", redis.url()))) {
                List<Sample> samples = during(sidecar, load -> {
                    await(() -> load.answeredEdits() > 3, "edits are not answered without a store");
                    assertTrue(load.samples().stream().noneMatch(Sample::hit));
                    redis.startServer();
                    awaitHits(load, System.nanoTime());
                });
                assertTrue(samples.stream().anyMatch(Sample::hit));
            }
        }
    }

    /** What happens while a load goes on. */
    private interface Happening {
        void go(SteadyLoad load) throws Exception;
    }

    /** All that the load was answered, none of it a failure or stale. */
    private static List<Sample> during(Sidecar sidecar, Happening happening) throws Exception {
        SteadyLoad load = SteadyLoad.start(sidecar.address(), System::nanoTime);
        try (load) {
            happening.go(load);
        }
        List<Sample> samples = load.samples();
        assertEquals(List.of(), samples.stream().filter(Sample::failed).toList());
        assertEquals(List.of(), samples.stream().filter(Sample::stale).toList());
        return samples;
    }

    /** Until most of what is read, and no write changes, is a hit. */
    private static void awaitHits(SteadyLoad load, long sinceNanos) {
        await(
                () -> load.samples(sinceNanos, System.nanoTime()).stream()
                                .filter(sample -> !sample.checked() && sample.hit())
                                .count()
                        > 50,
                "hits do not come back");
    }

    private static void await(BooleanSupplier condition, String otherwise) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                fail(otherwise);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
