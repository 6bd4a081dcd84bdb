package dev.larder.store.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.store.CacheStore.Filled;
import dev.larder.store.Epochs;
import dev.larder.store.RouteLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies beside a stored response, and what is counted by it. */
class EntryMarkTest {

    private static final Map<String, String> TOKENS = Map.of(
            "@epoch", "t0", "route:items", "t1", "route:items:id=7", "t2", "tag:course:7", "t3", "route:itemsX", "t4");

    @Test
    void aMarkSaysWhatItWasMadeOf() {
        Filled filled = new Filled("app-7.x_1", Instant.ofEpochMilli(1_795_399_700_123L), Duration.ofMinutes(5));
        String text = "1795400000000 1503\n" + EntryMark.text("items", new Epochs("run", TOKENS, "c", false), filled);
        EntryMark mark = EntryMark.read(text);
        assertNotNull(mark);
        assertEquals(1_795_400_000_000L, mark.endsMillis());
        assertEquals(1503, mark.bytes());
        assertEquals("items", mark.route());
        assertEquals(TOKENS.keySet(), mark.digests().keySet());
        TOKENS.forEach((group, token) ->
                assertEquals(EntryMark.digest("run", token), mark.digests().get(group)));
        assertEquals(filled, mark.filled());
        assertTrue(text.contains(" .\n") && text.contains(" .:id=7\n") && text.contains(" @\n"), text);
    }

    @Test
    void aMarkFromBeforeDoesNotSayWhoStoredIt() {
        EntryMark mark = EntryMark.read("1795400000000 1503\nitems\nAAAAAAAA @\nBBBBBBBB .:id=7");
        assertNotNull(mark);
        assertNull(mark.filled());
        assertEquals(Map.of("@epoch", "AAAAAAAA", "route:items:id=7", "BBBBBBBB"), mark.digests());
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "+1 2", "+1 2 ", "+x 2 a", "+1 x a", "+99999999999999999999 1 a"})
    void whoStoredItMayBeUnreadableWhileTheRestIsNot(String line) {
        EntryMark mark = EntryMark.read("1795400000000 1503\nitems\nAAAAAAAA @\n" + line);
        assertNotNull(mark);
        assertNull(mark.filled());
        assertEquals(1, mark.digests().size());
    }

    @Test
    void anotherTokenOrAnotherRunOfTheServerIsAnotherDigest() {
        assertNotEquals(EntryMark.digest("run", "a"), EntryMark.digest("run", "b"));
        assertNotEquals(EntryMark.digest("run", "a"), EntryMark.digest("other", "a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "1\ncourses\nAAAAAAAA @",
                "1 1\ncourses",
                "1 x\nr\nAAAAAAAA @",
                "1 1\nr\nAAAA @",
                "1 1\nr\nAAAAAAAA "
            })
    void whatIsNoMarkIsNone(String text) {
        assertNull(EntryMark.read(text));
    }

    @Test
    void fromNineTenthsOnOnlyWhatComesAgainFindsRoom() {
        StoredCounts counts = new StoredCounts(1_000, RouteLimits.NONE);
        assertEquals(StoredCounts.Room.FREE, counts.room("r", "a", 100));
        counts.add("r", 1, 850);
        assertEquals(StoredCounts.Room.REPLACE_ONLY, counts.room("r", "a", 100));
        assertEquals(StoredCounts.Room.FREE, counts.room("r", "a", 100));
        assertEquals(StoredCounts.Room.REPLACE_ONLY, counts.room("r", "b", 100));
        assertEquals(StoredCounts.Room.REPLACE_ONLY, counts.room("r", "a", 151));
        counts.countable(false);
        assertEquals(StoredCounts.Room.FREE, counts.room("r", "a", 1_000_000));
    }

    @Test
    void aQuarterOfTheServersMemoryIsLeftToPurging() {
        StoredCounts counts = new StoredCounts(1_000_000, route -> OptionalLong.of(5));
        counts.servers(ServerMemory.read("maxmemory:1000\r\nmaxmemory_policy:volatile-lru\r\n")
                .mostBytes());
        assertEquals(750, counts.maxBytes());
        counts.servers(0);
        assertEquals(1_000_000, counts.maxBytes());
        assertEquals(5, counts.maxEntries("r"));
    }

    @Test
    void theHistogramFindsWhatIsNearestToItsEnd() {
        Remaining remaining = new Remaining();
        remaining.add(-5, 10);
        remaining.add(60_000, 10);
        remaining.add(3_600_000, 10);
        assertEquals(-1, remaining.upTo(0));
        assertEquals(Remaining.slot(0), remaining.upTo(10));
        assertEquals(Remaining.slot(60_000), remaining.upTo(11));
        assertTrue(Remaining.slot(59_000) <= Remaining.slot(60_000) && Remaining.slot(60_000) < Remaining.slot(70_000));
        assertTrue(Remaining.slot(Long.MAX_VALUE) < 8 * 48);
    }
}
