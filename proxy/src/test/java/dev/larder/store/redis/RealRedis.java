package dev.larder.store.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import redis.embedded.RedisServer;

/** A real server on a free port, and a plain client to look at it from outside. */
public final class RealRedis implements AutoCloseable {

    private final int port;
    private final Path directory;
    private RedisServer server;
    private final RedisClient client;
    private StatefulRedisConnection<String, String> connection;
    private StatefulRedisConnection<String, byte[]> octets;

    public RealRedis() {
        port = freePort();
        directory = temporaryDirectory();
        client = RedisClient.create(
                RedisURI.builder().withHost("127.0.0.1").withPort(port).build());
        start();
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Commands from outside. */
    public RedisCommands<String, String> commands() {
        return connection.sync();
    }

    /** The same for values that are no text. */
    public RedisCommands<String, byte[]> octets() {
        return octets.sync();
    }

    public void start() {
        try {
            server = RedisServer.newRedisServer()
                    .port(port)
                    .bind("127.0.0.1")
                    .setting("dir " + directory)
                    .setting("save \"\"")
                    .setting("appendonly no")
                    .setting("maxmemory-policy noeviction")
                    .build();
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connection = client.connect();
        octets = client.connect(Trip.CODEC);
    }

    public void stop() {
        connection.close();
        octets.close();
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
        client.shutdown();
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("larder-redis");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
