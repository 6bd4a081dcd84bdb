package dev.larder.bench.course;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own from the binaries on the class path, its data in a temporary folder that is removed with it.
 *
 * <p>The server ends when it is closed, when this process ends in good order, and also when it is killed: a watching
 * shell reads from a pipe that only this process holds open, and its end is the sign.
 */
final class PostgresProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresProcess.class);
    private static final Duration WATCH_PATIENCE = Duration.ofSeconds(5);
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedPostgres server;
    private final Path folder;
    private final @Nullable Process watch;

    private PostgresProcess(EmbeddedPostgres server, Path folder, @Nullable Process watch) {
        this.server = server;
        this.folder = folder;
        this.watch = watch;
    }

    /** Starts a server; some 11 s the first time on a machine, when the binaries are unpacked, 2 s later. */
    static PostgresProcess start() throws IOException {
        Path folder = Files.createTempDirectory("larder-postgres-");
        Path data = folder.resolve("data");
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(true)
                .setPGStartupWait(START_PATIENCE)
                // The data is thrown away with the process: durability would only cost time.
                .setServerConfig("fsync", "off")
                .setServerConfig("full_page_writes", "off")
                .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new PostgresProcess(server, folder, watch(data, folder));
    }

    String jdbcUrl() {
        return server.getJdbcUrl("postgres", "postgres");
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            endWatch();
            FolderRemoval.remove(folder);
        }
    }

    /** The end of its input has it remove what is left, as it would if this process died. */
    private void endWatch() {
        if (watch == null) {
            return;
        }
        try {
            watch.getOutputStream().close();
            if (!watch.waitFor(WATCH_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                watch.destroy();
            }
        } catch (IOException e) {
            watch.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Null where there is no shell: then only an end in good order ends the server. */
    private static @Nullable Process watch(Path data, Path folder) {
        Path pidFile = data.resolve("postmaster.pid");
        // The first line is the server's process id; the file is gone when the server has ended by itself.
        String script = "pid=$(head -n 1 \"$1\"); cat >/dev/null;"
                + " if [ -f \"$1\" ]; then kill -INT \"$pid\"; sleep 1; fi; rm -rf \"$2\"";
        try {
            return new ProcessBuilder("sh", "-c", script, "watch", pidFile.toString(), folder.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            LOG.info("no shell to end PostgreSQL with, should this process be killed: {}", e.getMessage());
            return null;
        }
    }
}
