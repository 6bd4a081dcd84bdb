package dev.larder.observe;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Until;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Counts that are kept elsewhere. */
class CollectedCountsTest {

    /** The registry held their suppliers weakly: each stood still from the first collection of garbage on. */
    @Test
    void aCountGoesOnAfterACollectionOfGarbage() throws Exception {
        ExchangeMetrics metrics = new ExchangeMetrics(Runnable::run);
        AtomicLong kept = new AtomicLong(1);
        metrics.counter("larder.planted", "A count", kept::get);
        assertTrue(metrics.scrape().contains("larder_planted_total 1.0"));
        WeakReference<Object> garbage = new WeakReference<>(new Object());
        Until.holds("garbage is collected", () -> {
            System.gc();
            return garbage.get() == null;
        });
        kept.set(7);
        assertTrue(metrics.scrape().contains("larder_planted_total 7.0"), metrics::scrape);
    }
}
