package dev.larder.bench.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process takes at one moment.
 *
 * @param seconds since the soak began
 * @param rssKib resident, in KiB
 * @param heapKib heap in use after the last collection, in KiB, to a MiB; 0 before the first
 * @param nativeKib what the JVM has committed beside the heap, direct buffers among it, in KiB
 * @param descriptors open files and sockets
 * @param threads of all kinds
 */
record SoakSample(double seconds, double rssKib, double heapKib, double nativeKib, double descriptors, double threads) {

    private static final Pattern AFTER = Pattern.compile("->(\\d+)M\\(");
    private static final Pattern COMMITTED = Pattern.compile("Total: reserved=\\d+KB, committed=(\\d+)KB");
    private static final double KIB_OF_MIB = 1024;
    private static final int JCMD_SECONDS = 20;
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
                heapKib(Files.readString(gcLog)),
                Math.max(0, last(COMMITTED, tracked) - last(HEAP, tracked)),
                count(process.resolve("fd")),
                count(process.resolve("task")));
    }

    /** After the last collection that a log of {@code -Xlog:gc} tells of, in KiB; 0 where there was none. */
    static double heapKib(String gcLog) {
        return last(AFTER, gcLog) * KIB_OF_MIB;
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

    /** Nothing where the JDK has no jcmd. */
    private static String nativeMemory(long pid) throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            return "";
        }
        Path said = Files.createTempFile("larder-soak", ".txt");
        Process asked = new ProcessBuilder(List.of(
                        jcmd.toString(),
                        "-J-XX:+UseSerialGC",
                        "-J-XX:TieredStopAtLevel=1",
                        Long.toString(pid),
                        "VM.native_memory",
                        "summary"))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            if (!asked.waitFor(JCMD_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the sidecar's JVM did not answer jcmd for " + JCMD_SECONDS + " s");
            }
            return Files.readString(said);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            asked.destroyForcibly();
            Files.delete(said);
        }
    }
}
