package dev.larder.bench.stage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import redis.embedded.RedisServer;

/**
 * A Redis of our own from the binaries on the class path, on a port that it keeps when it is stopped and started again,
 * with nothing written to disk. It ends when it is closed, at the latest when this process ends in good order. For one
 * thread at a time; all methods block.
 */
public final class RedisProcess implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final String VERSION = "redis_version:";

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
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            String reply = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            if (reply == null || reply.startsWith("-")) {
                throw new IOException("Redis refused \"" + command + "\": " + reply);
            }
            return reply;
        }
    }

    /**
     * Which version it says it is.
     *
     * @throws IOException where it cannot be reached, or does not say
     */
    public String version() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write("INFO server\r\n".getBytes(StandardCharsets.US_ASCII));
            BufferedReader reply =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (String line = reply.readLine(); line != null; line = reply.readLine()) {
                if (line.startsWith(VERSION)) {
                    return line.substring(VERSION.length());
                }
            }
            throw new IOException("Redis closed the connection and did not tell its version");
        }
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
