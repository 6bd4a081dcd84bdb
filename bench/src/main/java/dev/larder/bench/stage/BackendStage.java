package dev.larder.bench.stage;

import dev.larder.bench.course.CourseAdmin;
import dev.larder.bench.course.CourseBackend;
import dev.larder.bench.course.CourseDatabase;
import dev.larder.bench.course.CourseOptions;
import dev.larder.bench.course.Slowness;
import java.io.IOException;
import java.net.URI;

/**
 * PostgreSQL in processes of its own and the course backend in this one, on ports of their own, with nothing before them. Starting and ending
 * block.
 */
public final class BackendStage implements AutoCloseable {
    private final CourseDatabase database;
    private final CourseBackend backend;
    private final CourseAdmin admin;

    private BackendStage(CourseDatabase database, CourseBackend backend, CourseAdmin admin) {
        this.database = database;
        this.backend = backend;
        this.admin = admin;
    }

    /** Starts it; progress goes to {@link Stage#tell}. */
    public static BackendStage start(Slowness slowness) throws IOException {
        CourseDatabase database = CourseDatabase.embedded(Stage::tell);
        CourseBackend backend = null;
        try {
            backend = CourseBackend.start(0, database, CourseOptions.defaults().withSlowness(slowness));
            return new BackendStage(database, backend, CourseAdmin.start(0, database));
        } catch (IOException | RuntimeException e) {
            if (backend != null) {
                backend.close();
            }
            database.close();
            throw e;
        }
    }

    /** The backend, to make it slower or faster. */
    public CourseBackend backend() {
        return backend;
    }

    /** Where the backend tells its counts. */
    public URI admin() {
        return admin.address();
    }

    @Override
    public void close() {
        admin.close();
        backend.close();
        database.close();
    }
}
