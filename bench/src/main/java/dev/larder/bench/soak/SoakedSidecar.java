package dev.larder.bench.soak;

import dev.larder.bench.stage.FreePort;
import dev.larder.bench.stage.Listening;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A sidecar by {@code ./larder run}, with the flags that every one gets, and its collections logged. Starting blocks. */
final class SoakedSidecar implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final int port;
    private final Path gcLog;

    private SoakedSidecar(Process process, int port, Path gcLog) {
        this.process = process;
        this.port = port;
        this.gcLog = gcLog;
    }

    static SoakedSidecar start(Path larder, Path folder, int origin, Path rules, String store) throws IOException {
        int port = FreePort.next();
        Path gcLog = folder.resolve("gc.log");
        List<String> command = new ArrayList<>(List.of(
                larder.toString(),
                "run",
                "--listen=127.0.0.1:" + port,
                "--admin=127.0.0.1:0",
                "--backend=http://127.0.0.1:" + origin,
                "--rules=" + rules,
                "--store=" + store,
                "--store-owed-file=memory",
                "--timeouts-client-idle=" + SoakOrigin.IDLE_SECONDS + "s"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sidecar.log").toFile());
        String more = builder.environment().getOrDefault("LARDER_JAVA_OPTS", "");
        builder.environment()
                .put("LARDER_JAVA_OPTS", more + " -Xlog:gc:file=" + gcLog + " -XX:NativeMemoryTracking=summary");
        SoakedSidecar started = new SoakedSidecar(builder.start(), port, gcLog);
        // Whoever ends the soak early leaves no sidecar behind.
        Runtime.getRuntime().addShutdownHook(new Thread(started.process::destroy));
        try {
            Listening.await("the sidecar", started.process, port, PATIENCE, folder.resolve("sidecar.log"));
        } catch (IOException e) {
            started.close();
            throw e;
        }
        return started;
    }

    int port() {
        return port;
    }

    SoakSample sample(double seconds) throws IOException {
        if (!process.isAlive()) {
            throw new IOException("the sidecar has ended by itself, with " + process.exitValue());
        }
        return SoakSample.of(process.pid(), gcLog, seconds);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
