package dev.larder.bench.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.bench.torture.Violation.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A short run of what {@code larder bench freshness} does at length. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FreshnessRunTest {

    @Test
    void nothingIsStaleWhileSidecarsAndTheStoreFail() throws Exception {
        // The store is patient, so that a busy machine is not taken for a store that is away.
        FreshnessRun.Options options = new FreshnessRun.Options(
                2,
                16,
                400,
                0.03,
                1,
                Duration.ofSeconds(12),
                EnumSet.of(Fault.ORIGIN, Fault.KILL, Fault.FAILOVER, Fault.STORE_DUMP),
                1_000,
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                1);
        List<String> reports = new ArrayList<>();
        FreshnessRun.Outcome outcome = FreshnessRun.run(options, System::nanoTime, tally -> {}, reports::add);
        assertEquals(List.of(), reports);
        assertEquals(List.of(), outcome.complaints());
        FreshnessTally tally = outcome.tally();
        assertTrue(tally.all().hits() > 0, tally.line());
        assertTrue(tally.all().perfectHits() > tally.all().hits(), tally.line());
        assertTrue(tally.writes() > 0, tally.line());
        assertTrue(!tally.faults().isEmpty(), tally.line());
        assertEquals(0, tally.violations(Kind.STALE));
    }

    @Test
    void faultsAreNamed() {
        assertEquals(EnumSet.allOf(Fault.class), Fault.parse("all"));
        assertEquals(EnumSet.noneOf(Fault.class), Fault.parse("none"));
        assertEquals(EnumSet.of(Fault.KILL, Fault.STORE_DUMP), Fault.parse("kill, store-dump"));
        assertThrows(IllegalArgumentException.class, () -> Fault.parse("kill,fire"));
    }
}
