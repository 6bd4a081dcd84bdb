package dev.larder.bench.killed;

import dev.larder.bench.stage.FreePort;
import dev.larder.bench.stage.Listening;
import dev.larder.bench.stage.SidecarCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** A sidecar in a process of its own, to be killed. Starting blocks until it listens. */
final class Victim implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final int port;

    private Victim(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one.
     *
     * @param settings by path; where to listen is chosen here
     * @param log what it says
     */
    static Victim start(Map<String, String> settings, Path log) throws IOException {
        int port = FreePort.next();
        Map<String, String> own = new LinkedHashMap<>(settings);
        own.put("listen", "127.0.0.1:" + port);
        own.put("admin", "127.0.0.1:0");
        own.put("threads", "1");
        Process process = new ProcessBuilder(SidecarCommand.run("64m", own))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        Victim started = new Victim(process, port);
        try {
            Listening.await("a sidecar", process, port, PATIENCE, log);
        } catch (IOException e) {
            started.close();
            throw e;
        }
        return started;
    }

    int port() {
        return port;
    }

    /** SIGKILL; at once. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
    }
}
