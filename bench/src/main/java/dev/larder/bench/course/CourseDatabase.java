package dev.larder.bench.course;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The course platform's database: a PostgreSQL with the {@linkplain CourseSeed seed data}. It may outlive several {@link
 * CourseBackend}s, one after another or side by side. Thread-safe.
 */
public final class CourseDatabase implements AutoCloseable {
    static final int CONNECTIONS = 16;

    private final @Nullable PostgresProcess process;
    private final HikariDataSource pool;
    private final Statements statements = new Statements();
    private final Sql sql;

    private CourseDatabase(@Nullable PostgresProcess process, HikariDataSource pool) {
        this.process = process;
        this.pool = pool;
        this.sql = new Sql(pool, statements);
    }

    /**
     * Starts a PostgreSQL of its own and fills it; it ends with this object, at the latest with this process.
     *
     * @param progress is told what is being done, in lines for a person
     */
    public static CourseDatabase embedded(Consumer<String> progress) {
        progress.accept("starting PostgreSQL (the first start on a machine unpacks it: some 11 s)");
        PostgresProcess process;
        try {
            process = PostgresProcess.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            return open(process, process.jdbcUrl(), progress);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /**
     * Uses a PostgreSQL that is there. The tables of the course platform in it are <em>replaced</em>.
     *
     * @param jdbcUrl with user and password as PostgreSQL's driver takes them, e.g. {@code
     *     jdbc:postgresql://localhost/course?user=course&password=…}
     */
    public static CourseDatabase connect(String jdbcUrl, Consumer<String> progress) {
        if (!jdbcUrl.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(
                    "the database address does not begin with jdbc:postgresql: ; expected one as"
                            + " jdbc:postgresql://HOST:PORT/DATABASE?user=USER");
        }
        return open(null, jdbcUrl, progress);
    }

    private static CourseDatabase open(@Nullable PostgresProcess process, String jdbcUrl, Consumer<String> progress) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setConnectionTimeout(Duration.ofSeconds(10).toMillis());
        config.setPoolName("course");
        CourseDatabase database = new CourseDatabase(process, new HikariDataSource(config));
        try {
            database.reseed(progress);
        } catch (RuntimeException e) {
            database.pool.close();
            throw e;
        }
        return database;
    }

    /** Puts everything back as it was at the start; takes a second or two, and waits for statements under way. */
    public void reseed(Consumer<String> progress) {
        try (Connection connection = pool.getConnection()) {
            CourseSchema.create(connection, CourseSeed.standard(), progress);
        } catch (SQLException e) {
            throw new Sql.SqlFailure(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many SQL statements the application has sent; those of seeding do not count. */
    public Statements statements() {
        return statements;
    }

    /** Runs statements and counts them. */
    Sql sql() {
        return sql;
    }

    @Override
    public void close() {
        pool.close();
        if (process != null) {
            process.close();
        }
    }
}
