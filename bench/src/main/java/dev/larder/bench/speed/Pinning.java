package dev.larder.bench.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * Which core is whose: proxies share the first one, all else has the others.
 *
 * @param proxies their core; empty where nothing can be pinned
 * @param load what the load, the backends, Redis and PostgreSQL run on, as {@code taskset} takes it
 */
record Pinning(OptionalInt proxies, String load) {
    private static final List<String> PLACES = List.of("/usr/bin/taskset", "/bin/taskset", "/usr/local/bin/taskset");

    /** What is possible on this machine. */
    static Pinning of(int cores) {
        boolean there = PLACES.stream().map(Path::of).anyMatch(Files::isExecutable);
        if (!there || cores < 2) {
            return new Pinning(OptionalInt.empty(), "");
        }
        return new Pinning(OptionalInt.of(0), cores == 2 ? "1" : "1-" + (cores - 1));
    }

    /** Moves this process to where the load is, and with it all that it starts from now on, but for what is pinned otherwise. */
    void pinSelf() throws IOException, InterruptedException {
        if (proxies.isEmpty()) {
            return;
        }
        Process process = new ProcessBuilder(
                        "taskset",
                        "-a",
                        "-c",
                        "-p",
                        load,
                        Long.toString(ProcessHandle.current().pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("taskset cannot move this process to core " + load);
        }
    }

    /** For people. */
    String line() {
        return proxies.isPresent()
                ? "proxies on core %d, load, backends and Redis on %s".formatted(proxies.getAsInt(), load)
                : "nothing is pinned: that takes taskset and two cores";
    }
}
