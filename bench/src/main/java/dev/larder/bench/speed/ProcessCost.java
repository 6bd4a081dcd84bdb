package dev.larder.bench.speed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process and its descendants take of the machine, as Linux counts it under {@code /proc}.
 *
 * @param cpuMicros CPU time of all of them since they began, in user and in system mode
 * @param residentBytes memory, where shared pages count in proportion; without the page cache
 */
record ProcessCost(long cpuMicros, long residentBytes) {
    /** One tick of {@code /proc/PID/stat}, which is a hundredth of a second on every Linux that Java runs on. */
    private static final long TICK_MICROS = 10_000;

    private static final int UTIME = 11;
    private static final int STIME = 12;
    private static final int CSTIME = 14;

    /** Of what lives now; what has ended or cannot be read counts as nothing. */
    static ProcessCost of(ProcessHandle root) {
        long cpu = 0;
        long resident = 0;
        List<ProcessHandle> all =
                Stream.concat(Stream.of(root), root.descendants()).toList();
        for (ProcessHandle process : all) {
            Path folder = Path.of("/proc", Long.toString(process.pid()));
            cpu += cpuMicros(read(folder.resolve("stat")));
            long shared = kibibytes(read(folder.resolve("smaps_rollup")), "Pss:");
            resident += 1024 * (shared > 0 ? shared : kibibytes(read(folder.resolve("status")), "VmRSS:"));
        }
        return new ProcessCost(cpu, resident);
    }

    /** CPU time alone, which is cheaper to ask for. */
    static long cpuMicrosOf(ProcessHandle root) {
        return Stream.concat(Stream.of(root), root.descendants())
                .mapToLong(process -> cpuMicros(read(Path.of("/proc", Long.toString(process.pid()), "stat"))))
                .sum();
    }

    /** CPU time of those that this process started and that have ended. */
    static long cpuMicrosOfEnded() {
        String stat = read(Path.of("/proc/self/stat"));
        return cpuMicrosWithEnded(stat) - cpuMicros(stat);
    }

    /** Reads {@code /proc/PID/stat}, whose second field may hold blanks and brackets. */
    static long cpuMicros(String stat) {
        return ticks(stat, STIME) * TICK_MICROS;
    }

    /** The same with what its own processes took that have ended. */
    static long cpuMicrosWithEnded(String stat) {
        return ticks(stat, CSTIME) * TICK_MICROS;
    }

    /** The sum of the fields from {@code utime} up to another. */
    private static long ticks(String stat, int last) {
        int afterName = stat.lastIndexOf(')');
        String[] fields = stat.substring(afterName + 1).strip().split(" ", -1);
        long ticks = 0;
        for (int i = UTIME; afterName >= 0 && fields.length > last && i <= last; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks;
    }

    /** Reads one line such as {@code VmRSS:  1024 kB}; 0 where it is not there. */
    static long kibibytes(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .map(line -> Long.parseLong(
                        line.substring(name.length()).replace("kB", "").strip()))
                .orElse(0L);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException ended) {
            return "";
        }
    }
}
