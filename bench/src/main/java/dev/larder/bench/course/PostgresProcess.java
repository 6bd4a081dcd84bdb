package dev.larder.bench.course;

import dev.larder.bench.files.FolderRemoval;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own from the binaries on the class path, its data in a temporary folder that is removed with it.
 *
 * <p>The server ends when it is closed, when this process ends in good order, and also when it is killed: a watching
 * shell reads from a pipe that only this process holds open, and its end is the sign. The library's own hook at the end
 * of the process is not used: it would end the server beside a close that is under way, each in the other's way.
 */
final class PostgresProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresProcess.class);
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Duration END_PATIENCE = Duration.ofSeconds(5);

    private final EmbeddedPostgres server;
    private final long pid;
    private final Path folder;
    private final @Nullable Process watch;

    private PostgresProcess(EmbeddedPostgres server, long pid, Path folder) {
        this.server = server;
        this.pid = pid;
        this.folder = folder;
        this.watch = watch(pid, folder);
    }

    /** Starts a server; some 11 s the first time on a machine, when the binaries are unpacked, 2 s later. */
    static PostgresProcess start() throws IOException {
        Path folder = Files.createTempDirectory("larder-postgres-");
        Path data = folder.resolve("data");
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(true)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(START_PATIENCE)
                // The data is thrown away with the process: durability would only cost time.
                .setServerConfig("fsync", "off")
                .setServerConfig("full_page_writes", "off")
                .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                .start();
        // The first line of postmaster.pid is the server's process id.
        String pid = Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim();
        return new PostgresProcess(server, Long.parseLong(pid), folder);
    }

    String jdbcUrl() {
        return server.getJdbcUrl("postgres", "postgres");
    }

    /**
     * Ends the server by a signal and waits for its end. The library's own close is not asked: it complains where the
     * server has already gone, and Ctrl-C in a terminal reaches the server as well.
     */
    @Override
    public void close() {
        ProcessHandle.of(pid).ifPresent(process -> {
            process.destroy();
            if (!endsInTime(process)) {
                process.destroyForcibly();
            }
        });
        endWatch();
        FolderRemoval.remove(folder);
    }

    /** The end of its input has it remove what is left, as it would if this process died. */
    private void endWatch() {
        if (watch == null) {
            return;
        }
        try {
            watch.getOutputStream().close();
            if (!watch.waitFor(END_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                watch.destroy();
            }
        } catch (IOException e) {
            watch.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean endsInTime(ProcessHandle process) {
        CountDownLatch ended = new CountDownLatch(1);
        var unused = process.onExit().thenRun(ended::countDown);
        try {
            return ended.await(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Null where there is no shell: then only an end in good order ends the server. */
    private static @Nullable Process watch(long pid, Path folder) {
        // Ctrl-C reaches all processes of a terminal; this one ends by the end of its input alone. The pid file is gone
        // when the server has ended by itself.
        String script = "trap '' INT; cat >/dev/null;"
                + " if [ -f \"$2/data/postmaster.pid\" ]; then kill -INT \"$1\"; sleep 1; fi; rm -rf \"$2\"";
        try {
            return new ProcessBuilder("sh", "-c", script, "watch", Long.toString(pid), folder.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            LOG.info("no shell to end PostgreSQL with, should this process be killed: {}", e.getMessage());
            return null;
        }
    }
}
