package dev.larder.bench.judge;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import redis.embedded.RedisServer;

/** A real server on a port of its own that can be stopped and started again, and a plain client to look into it. */
final class RealRedis implements AutoCloseable {
    private final int port;
    private final Path folder;
    private final RedisClient client;
    private RedisServer server;
    private StatefulRedisConnection<String, String> connection;

    private RealRedis(int port, Path folder) {
        this.port = port;
        this.folder = folder;
        this.client = RedisClient.create("redis://127.0.0.1:" + port);
    }

    static RealRedis start() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            RealRedis redis = new RealRedis(socket.getLocalPort(), Files.createTempDirectory("larder-judge-redis-"));
            socket.close();
            redis.startServer();
            return redis;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    RedisCommands<String, String> commands() {
        return connection.sync();
    }

    void startServer() throws IOException {
        server = RedisServer.newRedisServer()
                .port(port)
                .bind("127.0.0.1")
                .setting("dir " + folder)
                .setting("save \"\"")
                .setting("appendonly no")
                .build();
        server.start();
        connection = client.connect();
    }

    void stopServer() throws IOException {
        connection.close();
        server.stop();
    }

    @Override
    public void close() {
        try {
            stopServer();
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            client.shutdown();
        }
    }
}
