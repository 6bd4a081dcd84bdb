package dev.larder.bench.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process takes at one moment.
 *
 * @param seconds since the soak began
 * @param rssKib resident, in KiB
 * @param heapKib heap in use after the last collection, in KiB; 0 before the first
 * @param nativeKib what the JVM has committed beside the heap, direct buffers among it, in KiB
 * @param descriptors open files and sockets
 * @param threads of all kinds
 */
record SoakSample(double seconds, double rssKib, double heapKib, double nativeKib, double descriptors, double threads) {

    private static final Pattern AFTER = Pattern.compile("->(\\d+)K\\(");
    private static final Pattern COMMITTED = Pattern.compile("Total: reserved=\\d+KB, committed=(\\d+)KB");
    private static final Pattern HEAP = Pattern.compile("Java Heap \\(reserved=\\d+KB, committed=(\\d+)KB\\)");

    /** Reads them from the system; blocks. */
    static SoakSample of(long pid, Path gcLog, double seconds) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        double rss = 0;
        for (String line : Files.readAllLines(process.resolve("smaps_rollup"))) {
            if (line.startsWith("Rss:")) {
                rss = Double.parseDouble(line.replaceAll("\\D", ""));
            }
        }
        String tracked = nativeMemory(pid);
        return new SoakSample(
                seconds,
                rss,
                last(AFTER, Files.readString(gcLog)),
                Math.max(0, last(COMMITTED, tracked) - last(HEAP, tracked)),
                count(process.resolve("fd")),
                count(process.resolve("task")));
    }

    private static double last(Pattern pattern, String text) {
        double found = 0;
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found = Double.parseDouble(matcher.group(1));
        }
        return found;
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        }
    }

    private static String nativeMemory(long pid) throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            return "";
        }
        Process asked = new ProcessBuilder(List.of(
                        jcmd.toString(), "-J-XX:+UseSerialGC", Long.toString(pid), "VM.native_memory", "summary"))
                .redirectErrorStream(true)
                .start();
        return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
