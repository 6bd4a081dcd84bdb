package dev.larder.bench.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private final AtomicLong now = new AtomicLong();
    private final Timeline<String> timeline = new Timeline<>("a");

    private void commit(String value, long at) {
        now.set(at);
        int unused = timeline.commit(value, now::get);
    }

    @Test
    void aVersionIsRightFromWhenItCameUntilALaterWriteWasAnswered() {
        commit("b", 100);
        commit("c", 200);
        assertEquals(0, timeline.oldest(1_000), "nobody has been told");
        timeline.answered(2, 300);
        assertEquals(0, timeline.oldest(300));
        assertEquals(2, timeline.oldest(301));
        assertEquals(0, timeline.newest(99));
        assertEquals(1, timeline.newest(100));
        assertEquals(2, timeline.newest(200));
        assertEquals("b", timeline.value(1));
    }

    @Test
    void anEarlierWriteThatIsAnsweredLaterChangesNothing() {
        commit("b", 100);
        commit("c", 200);
        timeline.answered(2, 300);
        timeline.answered(1, 400);
        assertEquals(2, timeline.oldest(500));
    }

    @Test
    void aWriteThatCountsOnlyLaterDoesNotHideOneThatCountsNow() {
        commit("b", 100);
        commit("c", 200);
        timeline.answered(2, 9_000);
        timeline.answered(1, 300);
        assertEquals(0, timeline.oldest(300));
        assertEquals(1, timeline.oldest(301));
        assertEquals(1, timeline.oldest(9_000));
        assertEquals(2, timeline.oldest(9_001));
    }
}
