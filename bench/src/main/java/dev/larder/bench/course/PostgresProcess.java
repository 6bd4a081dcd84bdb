package dev.larder.bench.course;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A PostgreSQL of our own from the binaries on the class path, its data in a temporary folder that is removed with it.
 *
 * <p>The server ends when it is closed, when this process ends in good order, and also when it is killed: a watching
 * shell reads from a pipe that only this process holds open, and its end is the sign.
 */
final class PostgresProcess implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedPostgres server;
    private final Path folder;
    private final Process watch;

    private PostgresProcess(EmbeddedPostgres server, Path folder, Process watch) {
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
            watch.destroy();
            FolderRemoval.remove(folder);
        }
    }

    private static Process watch(Path data, Path folder) throws IOException {
        // The first line of postmaster.pid is the server's process id.
        String pid = Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim();
        return new ProcessBuilder(
                        "sh",
                        "-c",
                        "cat >/dev/null; kill -INT \"$1\" && sleep 1; rm -rf \"$2\"",
                        "watch",
                        pid,
                        folder.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
