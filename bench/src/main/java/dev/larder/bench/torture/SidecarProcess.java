package dev.larder.bench.torture;

import dev.larder.bench.stage.FreePort;
import dev.larder.bench.stage.SidecarCommand;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * {@code larder run} in a process of its own, at ports that it keeps, so that it can be killed and stopped. For one thread at
 * a time, but for what is said otherwise; starting blocks until it is ready.
 */
final class SidecarProcess implements AutoCloseable {
    private static final int MOST_TRIES = 600;

    private final int number;
    private final List<String> command;
    private final Path log;
    private final URI address;
    private final URI admin;
    private Process process;

    private SidecarProcess(int number, List<String> command, Path log, URI address, URI admin) throws IOException {
        this.number = number;
        this.command = command;
        this.log = log;
        this.address = address;
        this.admin = admin;
        this.process = begin();
    }

    /**
     * Starts one with the class path of this process.
     *
     * @param settings by path, without addresses
     */
    static SidecarProcess start(int number, Map<String, String> settings, Path folder) throws IOException {
        int port = FreePort.next();
        int admin = FreePort.next();
        Map<String, String> own = new LinkedHashMap<>(settings);
        own.put("listen", "127.0.0.1:" + port);
        own.put("admin", "127.0.0.1:" + admin);
        return new SidecarProcess(
                number,
                SidecarCommand.run("256m", own),
                folder.resolve("sidecar-" + number + ".log"),
                URI.create("http://127.0.0.1:" + port),
                URI.create("http://127.0.0.1:" + admin));
    }

    int number() {
        return number;
    }

    URI address() {
        return address;
    }

    private Process begin() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Waits until it takes requests. */
    void awaitReady() throws IOException {
        for (int i = 0; i < MOST_TRIES; i++) {
            if (isReady()) {
                return;
            }
            if (!process.isAlive()) {
                throw new IOException("sidecar " + number + " has ended; see " + log + ":\n" + Files.readString(log));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        throw new IOException("sidecar " + number + " does not become ready; see " + log);
    }

    /** Waits until it uses the store and owes it nothing, or for half a minute. */
    void awaitStore() {
        for (int i = 0; i < MOST_TRIES; i++) {
            String status = ask("/status");
            if (status.contains("\"usable\":true") && status.contains("\"owedPurges\":0")) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private boolean isReady() {
        return ask("/ready").startsWith("ready");
    }

    /** Empty where it does not answer. */
    private String ask(String path) {
        try {
            HttpURLConnection asking =
                    (HttpURLConnection) admin.resolve(path).toURL().openConnection();
            asking.setConnectTimeout(1_000);
            asking.setReadTimeout(1_000);
            try (InputStream answer = asking.getInputStream()) {
                return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            return "";
        }
    }

    void kill() {
        process.destroyForcibly();
        try {
            boolean unused = process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void startAgain() throws IOException {
        process = begin();
        awaitReady();
    }

    /** SIGSTOP. */
    void pause() throws IOException {
        signal("-STOP");
    }

    /** SIGCONT. */
    void resume() throws IOException {
        signal("-CONT");
    }

    private void signal(String name) throws IOException {
        try {
            int status = new ProcessBuilder("kill", name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IOException("kill " + name + " failed with " + status);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lines of its log that tell of a bug. */
    List<String> complaints() throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(" ERROR ") || line.startsWith("\tat "))
                    .limit(20)
                    .toList();
        }
    }

    @Override
    public void close() throws IOException {
        signalQuietly();
        kill();
        Files.deleteIfExists(log);
    }

    /** A stopped process is not to be left behind. */
    private void signalQuietly() {
        try {
            signal("-CONT");
        } catch (IOException e) {
            // It has ended already.
            return;
        }
    }
}
