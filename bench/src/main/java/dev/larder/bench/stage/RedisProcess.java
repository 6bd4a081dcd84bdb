package dev.larder.bench.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import redis.embedded.RedisServer;

/**
 * A Redis of our own from the binaries on the class path, on a port that it keeps when it is stopped and started again,
 * with nothing written to disk. It ends when it is closed, at the latest when this process ends in good order. For one
 * thread at a time; all methods block.
 */
public final class RedisProcess implements AutoCloseable {
    private static final String VERSION = "redis_version:";
    /** The length of what is told, its heading, and the version. */
    private static final int LINES_TO_VERSION = 3;

    private final int port;
    private final Path folder;
    private final Thread atEnd = new Thread(this::end, "ending Redis");
    private RedisServer server;

    private RedisProcess(int port, Path folder) throws IOException {
        this.port = port;
        this.folder = folder;
        this.server = server(port, folder);
    }

    /** Starts one on a free port of the loopback address; takes less than half a second. */
    public static RedisProcess start() throws IOException {
        RedisProcess redis = new RedisProcess(FreePort.next(), Files.createTempDirectory("larder-redis-"));
        redis.server.start();
        Runtime.getRuntime().addShutdownHook(redis.atEnd);
        return redis;
    }

    /** Where it listens, as settings take it. */
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Ends the server; what it held is gone. */
    public void stopServer() throws IOException {
        server.stop();
    }

    /** Starts it again, empty, at the same port. */
    public void startServer() throws IOException {
        server = server(port, folder);
        server.start();
    }

    /**
     * Has the server do something, and waits until it has.
     *
     * @param command words without blanks in them, e.g. {@code DEBUG SLEEP 1}
     * @return the first line of its reply
     * @throws IOException where it cannot be reached, or refuses
     */
    public String command(String command) throws IOException {
        return RedisInline.ask(port, command, 1).get(0);
    }

    /**
     * Which version it says it is.
     *
     * @throws IOException where it cannot be reached, or does not say
     */
    public String version() throws IOException {
        return RedisInline.ask(port, "INFO server", LINES_TO_VERSION).stream()
                .filter(line -> line.startsWith(VERSION))
                .findFirst()
                .map(line -> line.substring(VERSION.length()))
                .orElseThrow(() -> new IOException("Redis did not tell its version"));
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atEnd);
        } catch (IllegalStateException ending) {
            // The process is ending: the hook does it, too, and twice does no harm.
            end();
            return;
        }
        end();
    }

    private void end() {
        try {
            server.stop();
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // An empty folder may stay behind: nothing depends on it.
            return;
        }
    }

    private static RedisServer server(int port, Path folder) throws IOException {
        return RedisServer.newRedisServer()
                .port(port)
                .bind("127.0.0.1")
                .setting("dir " + folder)
                .setting("save \"\"")
                .setting("appendonly no")
                .build();
    }
}
