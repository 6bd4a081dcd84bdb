package dev.larder.bench.torture;

import dev.larder.bench.stage.FreePort;
import dev.larder.bench.stage.RedisInline;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis process at a port that it keeps, which can be killed, started again with or without what it last dumped, and made
 * a replica of another. For one thread at a time; all methods block.
 */
final class StoreServer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final String DUMP = "dump.rdb";

    private final File executable;
    private final Path folder;
    private final int port;
    private Process process;

    private StoreServer(File executable, Path folder, int port) throws IOException {
        this.executable = executable;
        this.folder = folder;
        this.port = port;
        this.process = begin();
    }

    /** One that is empty and answers. */
    static StoreServer start(Path folder) throws IOException {
        Files.createDirectories(folder);
        StoreServer server =
                new StoreServer(ExecutableProvider.newJarResourceProvider().get(), folder, FreePort.next());
        server.awaitAnswer();
        return server;
    }

    int port() {
        return port;
    }

    /** As by SIGKILL. */
    void kill() {
        process.destroyForcibly();
        try {
            boolean unused = process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts it again with what it dumped last. */
    void startWithDump() throws IOException {
        process = begin();
        awaitAnswer();
    }

    /** Starts it again with nothing. */
    void startEmpty() throws IOException {
        Files.deleteIfExists(folder.resolve(DUMP));
        startWithDump();
    }

    /** Dumps all that it holds at this moment. */
    void dump() throws IOException {
        String unused = command("SAVE");
    }

    void follow(int masterPort) throws IOException {
        String unused = command("REPLICAOF 127.0.0.1 " + masterPort);
    }

    void followNobody() throws IOException {
        String unused = command("REPLICAOF NO ONE");
    }

    /** Whether it has caught up with its master once. */
    boolean isInSync() throws IOException {
        return command("ROLE", 3).contains("slave") && info().contains("master_link_status:up");
    }

    private Process begin() throws IOException {
        return new ProcessBuilder(
                        executable.getAbsolutePath(),
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--dir",
                        folder.toString(),
                        "--dbfilename",
                        DUMP,
                        "--save",
                        "",
                        "--appendonly",
                        "no",
                        "--repl-diskless-sync",
                        "yes",
                        "--repl-diskless-sync-delay",
                        "0")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("redis.log").toFile()))
                .start();
    }

    private void awaitAnswer() throws IOException {
        IOException last = new IOException("not asked");
        for (int i = 0; i < 200; i++) {
            try {
                if (command("PING").contains("PONG")) {
                    return;
                }
            } catch (IOException e) {
                last = e;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        throw last;
    }

    private String info() throws IOException {
        return command("INFO replication", 12);
    }

    private String command(String command) throws IOException {
        return command(command, 1);
    }

    private String command(String command, int lines) throws IOException {
        return String.join("\n", RedisInline.ask(port, command, lines));
    }

    @Override
    public void close() throws IOException {
        kill();
        for (String name : List.of(DUMP, "redis.log")) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.deleteIfExists(folder);
    }
}
