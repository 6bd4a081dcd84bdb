package dev.larder.bench.stage;

import dev.larder.bench.course.CourseBackend;
import dev.larder.bench.course.Slowness;
import dev.larder.cli.Launch;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * PostgreSQL, the course backend, and a sidecar before it with the rules of the working directory, on ports of their own.
 * Backend and sidecar run in this process, PostgreSQL and Redis in processes of their own. Starting and ending block.
 */
public final class Stage implements AutoCloseable {
    private static final String LOG_CONFIGURATION = "logback.configurationFile";

    private final Deque<AutoCloseable> parts;
    private final CourseBackend backend;
    private final URI backendAdmin;
    private final URI larder;
    private final Optional<RedisProcess> redis;

    private Stage(
            Deque<AutoCloseable> parts,
            CourseBackend backend,
            URI backendAdmin,
            URI larder,
            Optional<RedisProcess> redis) {
        this.parts = parts;
        this.backend = backend;
        this.backendAdmin = backendAdmin;
        this.larder = larder;
        this.redis = redis;
    }

    /**
     * What is logged from now on: warnings alone, so that a person sees nothing but progress and results. To be called
     * before anything logs.
     */
    public static void quiet() {
        if (System.getProperty(LOG_CONFIGURATION) == null) {
            System.setProperty(LOG_CONFIGURATION, "larder-bench-logback.xml");
        }
    }

    /** Progress for a person, apart from results. */
    public static void tell(String line) {
        System.err.println(line);
    }

    /**
     * Starts all of it.
     *
     * @param store {@code memory}, {@code redis} for one of its own, or an address as settings take it
     * @param slowness of the backend
     */
    public static Stage start(String store, Slowness slowness) throws IOException, Launch.Refused {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            BackendStage behind = BackendStage.start(slowness);
            parts.push(behind);
            CourseBackend backend = behind.backend();
            Optional<RedisProcess> redis = Optional.empty();
            if (store.equals("redis")) {
                RedisProcess started = RedisProcess.start();
                parts.push(started);
                redis = Optional.of(started);
            }
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("listen", "127.0.0.1:0");
            settings.put("admin", "127.0.0.1:0");
            settings.put("backend", backend.address().toString());
            settings.put("store.url", redis.map(RedisProcess::url).orElse(store));
            settings.put("store.owed-file", "memory");
            Launch larder = Launch.start(settings, System.getenv());
            parts.push(larder);
            tell("larder at http://%s, store %s, in this process; the backend at %s, too"
                    .formatted(larder.address(), store, backend.address()));
            return new Stage(parts, backend, behind.admin(), URI.create("http://" + larder.address()), redis);
        } catch (IOException | RuntimeException | Launch.Refused e) {
            close(parts);
            throw e;
        }
    }

    /** The backend, to make it slower or faster. */
    public CourseBackend backend() {
        return backend;
    }

    /** Where the backend tells its counts. */
    public URI backendAdmin() {
        return backendAdmin;
    }

    /** Where visitors of the sidecar connect. */
    public URI larder() {
        return larder;
    }

    /** The Redis of this stage, where it has one of its own. */
    public Optional<RedisProcess> redis() {
        return redis;
    }

    @Override
    public void close() {
        close(parts);
    }

    /** The last first. */
    private static void close(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                System.err.println("ending a part of the stage failed: " + e.getMessage());
            }
        }
    }
}
