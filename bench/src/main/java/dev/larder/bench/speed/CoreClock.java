package dev.larder.bench.speed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long each core had idled at a moment.
 *
 * @param atNanos the moment, by {@link System#nanoTime}
 * @param idleMicros by the number of the core, since the machine was started; empty where the system does not tell
 */
record CoreClock(long atNanos, Map<Integer, Long> idleMicros) {
    private static final Pattern CORE = Pattern.compile("(?m)^cpu(\\d+) +\\d+ +\\d+ +\\d+ +(\\d+) +(\\d+)");
    /** One tick of {@code /proc/stat}. */
    private static final long TICK_MICROS = 10_000;

    private static final double NANOS_PER_MICRO = 1_000;

    static CoreClock now() {
        try {
            return new CoreClock(
                    System.nanoTime(), idle(Files.readString(Path.of("/proc/stat"), StandardCharsets.UTF_8)));
        } catch (IOException notThere) {
            return new CoreClock(System.nanoTime(), Map.of());
        }
    }

    /** Reads the lines of single cores: what they idled, and what they waited for disks. */
    static Map<Integer, Long> idle(String stat) {
        Map<Integer, Long> idle = new LinkedHashMap<>();
        Matcher core = CORE.matcher(stat);
        while (core.find()) {
            long ticks = Long.parseLong(core.group(2)) + Long.parseLong(core.group(3));
            idle.put(Integer.parseInt(core.group(1)), ticks * TICK_MICROS);
        }
        return idle;
    }

    /** Which part of the time since then some cores idled, from 0 to 1; not a number where that is not known. */
    double idleShare(CoreClock before, IntPredicate cores) {
        double idled = 0;
        int counted = 0;
        for (Map.Entry<Integer, Long> core : idleMicros.entrySet()) {
            Long then = before.idleMicros.get(core.getKey());
            if (then != null && cores.test(core.getKey())) {
                idled += core.getValue() - then;
                counted++;
            }
        }
        double passed = counted * (atNanos - before.atNanos) / NANOS_PER_MICRO;
        return passed <= 0 ? Double.NaN : Math.max(0, Math.min(1, idled / passed));
    }
}
