package dev.larder.bench.judge;

import dev.larder.bench.course.CourseBackend;
import dev.larder.bench.course.CourseOptions;
import dev.larder.bench.course.SharedDatabase;
import dev.larder.bench.course.Slowness;
import dev.larder.bench.stage.RedisProcess;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * What the tests of this package stand on: one course backend on the one PostgreSQL, and one Redis. They are started when
 * the first test asks, and end with the last test of the module.
 */
@NullUnmarked
final class CourseGround implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(CourseGround.class);

    /** The ground itself. Its backend is fast; whoever makes it slow has to make it fast again. */
    static final class Ground implements AutoCloseable {
        private final CourseBackend backend;
        private RedisProcess redis;
        private RedisClient client;
        private RedisCommands<String, String> commands;

        private Ground(CourseBackend backend) {
            this.backend = backend;
        }

        CourseBackend backend() {
            return backend;
        }

        synchronized String redisUrl() {
            if (redis == null) {
                try {
                    redis = RedisProcess.start();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                client = RedisClient.create(redis.url());
                commands = client.connect().sync();
            }
            return redis.url();
        }

        /** A plain client of the Redis that the sidecars here use. */
        synchronized RedisCommands<String, String> lookIntoRedis() {
            redisUrl();
            return commands;
        }

        /** Puts the seed data back, and takes slowness away. */
        void restore() {
            backend.slowness(Slowness.NONE);
            backend.database().reseed(line -> {});
        }

        @Override
        public void close() {
            backend.close();
            if (redis != null) {
                client.shutdown();
                redis.close();
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Ground.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var database = SharedDatabase.of(context);
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(
                        "ground",
                        name -> {
                            try {
                                return new Ground(CourseBackend.start(0, database, CourseOptions.defaults()));
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        Ground.class);
    }
}
