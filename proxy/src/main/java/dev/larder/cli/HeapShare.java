package dev.larder.cli;

import dev.larder.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Settings whose bounds fit the heap. What is stored is worth less than the process that serves it: bounds that the heap
 * cannot hold would end in an OutOfMemoryError as soon as they are reached.
 *
 * @param settings the same, but for bounds that were too large
 * @param said what was bounded, and what to set, a line each; empty where all of it fits
 */
record HeapShare(Settings settings, List<String> said) {

    private static final long MIB = 1 << 20;

    /** What larder takes for itself. */
    private static final long OWN_BYTES = 32 * MIB;

    /** Stored responses, with the objects around them, may be counted as half of what is left; the rest as a quarter each. */
    private static final int STORE_SHARE = 2;

    private static final int OTHER_SHARE = 4;

    /**
     * Fits settings to a heap.
     *
     * @param heapBytes what the heap may grow to
     */
    static HeapShare of(Settings settings, long heapBytes) {
        long left = Math.max(heapBytes - OWN_BYTES, heapBytes / 4);
        Settings.Store store = settings.store();
        boolean embedded = store.url().equals("memory");
        List<String> said = new ArrayList<>();
        long stored = embedded
                ? fitted("store.max-bytes", store.maxBytes(), left, STORE_SHARE, heapBytes, said)
                : store.maxBytes();
        long near = embedded
                ? store.nearMaxBytes()
                : fitted("store.near-max-bytes", store.nearMaxBytes(), left, OTHER_SHARE, heapBytes, said);
        long captures =
                fitted("bounds.capture-bytes", settings.bounds().captureBytes(), left, OTHER_SHARE, heapBytes, said);
        return said.isEmpty()
                ? new HeapShare(settings, List.of())
                : new HeapShare(
                        settings.with(
                                store.bounded(stored, near), settings.bounds().capturing(captures)),
                        List.copyOf(said));
    }

    private static long fitted(String path, long asked, long left, int share, long heapBytes, List<String> said) {
        long most = left / share;
        if (asked <= most) {
            return asked;
        }
        said.add(String.format(
                Locale.ROOT,
                "%s is %d MiB, and the heap of %d MiB has room for %d MiB: bounded by that; set it so, or give the JVM a heap"
                        + " of %d MiB (LARDER_JAVA_OPTS=-Xmx%dm)",
                path,
                asked / MIB,
                heapBytes / MIB,
                most / MIB,
                asked / MIB * share + OWN_BYTES / MIB + 1,
                asked / MIB * share + OWN_BYTES / MIB + 1));
        return most;
    }
}
