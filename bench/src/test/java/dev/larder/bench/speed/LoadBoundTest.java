package dev.larder.bench.speed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadBoundTest {
    @ParameterizedTest
    @CsvSource({
        // proxy idle, load idle, sender; whether it was the load
        "0.30, 0.01, 0.50, true",
        "0.30, 0.60, 0.99, true",
        "0.30, 0.60, 0.40, false",
        "0.02, 0.01, 0.99, false",
        "0.02, 0.40, 0.60, false",
        "NaN, NaN, 0.99, false",
    })
    void loadIsTheLimitWhereItHasNothingLeftAndTheProxyHas(
            double proxyIdle, double loadIdle, double sender, boolean bounded) {
        LoadBound bound = new LoadBound(OptionalInt.of(0));
        bound.count(proxyIdle, loadIdle, sender);
        assertEquals(bounded, bound.note("nginx").isPresent());
    }

    @Test
    void noteSaysWhoAndHowOften() {
        LoadBound bound = new LoadBound(OptionalInt.of(0));
        bound.count(0.5, 0, 1);
        bound.count(0, 0, 1);
        String note = bound.note("nginx").orElseThrow();
        assertTrue(note.startsWith("nginx: bounded by the load, not by the proxy, in 1 of 2 slices"), note);
    }

    @Test
    void nothingIsToldOfAProxyWithoutACoreOfItsOwn() {
        LoadBound bound = new LoadBound(OptionalInt.empty());
        bound.end(LoadBound.begin(0), 1_000_000_000);
        assertEquals(Optional.empty(), bound.note("nginx"));
    }

    @Test
    void coresIdleAsTheSystemCountsThem() {
        Map<Integer, Long> idle = CoreClock.idle("""
                cpu  1 2 3 999 999 6 7 8 9 10
                cpu0 1 2 3 100 20 6 7 8 9 10
                cpu1 1 2 3 50 0 6 7 8 9 10
                intr 12345
                """);
        assertEquals(Map.of(0, 1_200_000L, 1, 500_000L), idle);
        CoreClock before = new CoreClock(0, Map.of(0, 0L, 1, 0L));
        CoreClock after = new CoreClock(1_000_000_000, Map.of(0, 250_000L, 1, 750_000L));
        assertEquals(0.25, after.idleShare(before, core -> core == 0), 1e-9);
        assertEquals(0.5, after.idleShare(before, core -> true), 1e-9);
        assertTrue(Double.isNaN(after.idleShare(before, core -> core == 7)));
    }
}
