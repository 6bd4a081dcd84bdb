package dev.larder.store.redis;

import dev.larder.rig.FreePort;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;

/** A real server on a free port, and a plain client to look at it from outside. */
public final class RealRedis implements AutoCloseable {

    private final ServerProcess server;
    private final RedisClient client;
    private StatefulRedisConnection<String, String> connection;
    private StatefulRedisConnection<String, byte[]> octets;

    public RealRedis() {
        server = ServerProcess.start(FreePort.next(), "maxmemory-policy noeviction");
        client = RedisClient.create(RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(server.port())
                .withTimeout(Duration.ofSeconds(30))
                .build());
        connect();
    }

    /** Where it listens. */
    public int port() {
        return server.port();
    }

    /** Commands from outside. */
    public RedisCommands<String, String> commands() {
        return connection.sync();
    }

    /** The same for values that are no text. */
    public RedisCommands<String, byte[]> octets() {
        return octets.sync();
    }

    /** Another run of it, without what was there. */
    public void start() {
        server.start();
        connect();
    }

    private void connect() {
        connection = client.connect();
        octets = client.connect(Trip.CODEC);
    }

    public void stop() {
        disconnect();
        server.kill();
    }

    private void disconnect() {
        connection.close();
        octets.close();
    }

    @Override
    public void close() {
        disconnect();
        server.close();
        client.shutdown();
    }
}
