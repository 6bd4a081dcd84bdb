package dev.larder.bench.torture;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What can befall sidecars, their store and their backend. */
enum Fault {
    /** The backend loses answers, before and after a write takes effect, cuts them short, and errs. */
    ORIGIN,
    /** A sidecar is ended by SIGKILL, and started again. */
    KILL,
    /** A sidecar is stopped by SIGSTOP for up to three seconds. */
    PAUSE,
    /** A sidecar is cut off from the store for up to three seconds. */
    PARTITION,
    /** The store dies, and comes back with nothing. */
    STORE_EMPTY,
    /** The store dies, and comes back with what it held a while before. */
    STORE_DUMP,
    /** The store dies, and a replica takes its place that had not heard of the latest. */
    FAILOVER;

    String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads {@code all}, {@code none} or titles with commas between.
     *
     * @throws IllegalArgumentException naming what is not one
     */
    static Set<Fault> parse(String text) {
        if (text.equals("all")) {
            return EnumSet.allOf(Fault.class);
        }
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        if (!text.equals("none")) {
            for (String word : text.split(",", -1)) {
                faults.add(Arrays.stream(values())
                        .filter(fault -> fault.title().equals(word.strip()))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no fault \"" + word
                                + "\"; expected all, none, or some of "
                                + Arrays.stream(values()).map(Fault::title).toList())));
            }
        }
        return faults;
    }
}
