package dev.larder.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.settings.Settings;
import dev.larder.settings.SettingsLoader;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A store of 256 MiB was promised in a heap of as much, and ended in an OutOfMemoryError. */
class HeapShareTest {

    private static final long MIB = 1 << 20;

    private static Settings settings(String store) {
        SettingsLoader.Loaded loaded =
                new SettingsLoader(Set.of()).load(Optional.empty(), Map.of(), Map.of("store.url", store));
        return ((SettingsLoader.Loaded.Ok) loaded).settings();
    }

    @Test
    void boundsThatFitAreLeftAlone() {
        Settings settings = settings("memory");
        HeapShare share = HeapShare.of(settings, 1024 * MIB);
        assertSame(settings, share.settings());
        assertTrue(share.said().isEmpty());
    }

    @Test
    void embeddedStoreIsBoundedByTheHeapAndSaysWhatToSet() {
        HeapShare share = HeapShare.of(settings("memory"), 256 * MIB);
        assertEquals(112 * MIB, share.settings().store().maxBytes());
        assertEquals(56 * MIB, share.settings().bounds().captureBytes());
        assertEquals(2, share.said().size());
        String said = share.said().get(0);
        assertTrue(said.contains("store.max-bytes is 256 MiB"), said);
        assertTrue(said.contains("room for 112 MiB"), said);
        assertTrue(said.contains("-Xmx545m"), said);
        assertTrue(HeapShare.of(settings("memory"), 545 * MIB).said().isEmpty());
    }

    @Test
    void whatLiesInRedisIsNotBoundedByTheHeapButItsCopiesAre() {
        HeapShare share = HeapShare.of(settings("redis://127.0.0.1:6379"), 128 * MIB);
        assertEquals(256 * MIB, share.settings().store().maxBytes());
        assertEquals(24 * MIB, share.settings().store().nearMaxBytes());
        assertTrue(share.said().get(0).startsWith("store.near-max-bytes"), share.said()::toString);
    }

    @Test
    void smallHeapLeavesSomethingForEach() {
        HeapShare share = HeapShare.of(settings("memory"), 24 * MIB);
        assertEquals(3 * MIB, share.settings().store().maxBytes());
        assertEquals(3 * MIB / 2, share.settings().bounds().captureBytes());
    }

    @Test
    void nothingElseIsChanged() {
        Settings before = settings("memory");
        Settings after = HeapShare.of(before, 128 * MIB).settings();
        assertEquals(
                before,
                after.with(
                        after.store()
                                .bounded(
                                        before.store().maxBytes(),
                                        before.store().nearMaxBytes()),
                        after.bounds().capturing(before.bounds().captureBytes())));
    }
}
