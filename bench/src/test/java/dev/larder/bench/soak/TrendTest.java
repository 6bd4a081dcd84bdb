package dev.larder.bench.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What counts as growth. */
class TrendTest {

    private static Trend rss(IntToDoubleFunction at) {
        List<SoakSample> samples = IntStream.range(0, 100)
                .mapToObj(i -> new SoakSample(i * 36, at.applyAsDouble(i), 0, 0, 0, 0))
                .toList();
        return Trend.of(samples, SoakSample::rssKib);
    }

    @Test
    void steadyRiseIsGrowth() {
        Trend trend = rss(i -> 1000 + i);
        assertEquals(100, trend.perHour(), 1e-6);
        assertTrue(trend.grows(0.05));
        assertFalse(trend.grows(0.2));
    }

    @Test
    void sawToothIsNone() {
        assertFalse(rss(i -> 1000 + 200 * (i % 7)).grows(0.05));
    }

    @Test
    void riseBelowItsUncertaintyIsNone() {
        assertFalse(rss(i -> 1000 + i + (i % 2) * 2000).grows(0.05));
    }
}
