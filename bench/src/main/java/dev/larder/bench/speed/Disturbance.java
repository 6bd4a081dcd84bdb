package dev.larder.bench.speed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * How much of the machine went to others between two moments: to programs that this one did not start, and to what a hypervisor took away. A
 * run whose cores were not its own says so.
 *
 * @param atNanos the first moment
 * @param busyMicros of all cores together, from when the machine was started
 * @param ownMicros of this process and of all that it started
 */
record Disturbance(long atNanos, long busyMicros, long ownMicros) {
    /** One tick of {@code /proc/stat}. */
    private static final long TICK_MICROS = 10_000;

    private static final int IDLE = 4;
    private static final int WAITING = 5;
    private static final int STEAL = 8;
    private static final double NANOS_PER_MICRO = 1_000;

    static Disturbance begin() {
        ProcessHandle self = ProcessHandle.current();
        long own = Stream.concat(Stream.of(self), self.descendants())
                .mapToLong(process ->
                        ProcessCost.cpuMicrosWithEnded(read(Path.of("/proc", Long.toString(process.pid()), "stat"))))
                .sum();
        return new Disturbance(System.nanoTime(), busyMicros(read(Path.of("/proc/stat"))), own);
    }

    /** Per cent of all cores since {@link #begin}, that others had; 0 where the system does not tell. */
    double othersPercent(int cores) {
        Disturbance now = begin();
        double had = (now.busyMicros - busyMicros) - (double) (now.ownMicros - ownMicros);
        double all = (now.atNanos - atNanos) / NANOS_PER_MICRO * cores;
        return busyMicros == 0 ? 0 : Math.max(0, Math.min(100, 100 * had / all));
    }

    /** Reads the first line of {@code /proc/stat}: all but idling and waiting for disks. */
    static long busyMicros(String stat) {
        String[] fields = stat.lines().findFirst().orElse("").strip().split(" +", -1);
        long ticks = 0;
        for (int i = 1; i < fields.length && i <= STEAL; i++) {
            ticks += i == IDLE || i == WAITING ? 0 : Long.parseLong(fields[i]);
        }
        return ticks * TICK_MICROS;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException notThere) {
            return "";
        }
    }
}
