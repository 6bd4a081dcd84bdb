package dev.larder.bench.killed;

import dev.larder.bench.stage.FreePort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A sidecar in a process of its own, to be killed. Starting blocks until it listens. */
final class SidecarProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long STEP_NANOS = 20_000_000;

    private final Process process;
    private final int port;

    private SidecarProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one.
     *
     * @param settings by path; where to listen is chosen here
     * @param log what it says
     */
    static SidecarProcess start(Map<String, String> settings, Path log) throws IOException {
        int port = FreePort.next();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-Dio.lettuce.core.iouring=false",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.larder.cli.Main",
                "run",
                "--listen=127.0.0.1:" + port,
                "--admin=127.0.0.1:0",
                "--threads=1"));
        settings.forEach((path, text) -> command.add("--" + path.replace('.', '-') + "=" + text));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        SidecarProcess started = new SidecarProcess(process, port);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!started.listens()) {
            if (!process.isAlive() || System.nanoTime() - end > 0) {
                started.close();
                throw new IOException("a sidecar did not start; see " + log);
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
        return started;
    }

    private boolean listens() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (ConnectException notYet) {
            return false;
        }
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
