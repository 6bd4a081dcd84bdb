package dev.larder.bench.course;

import dev.larder.bench.course.Statements.Purpose;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements and counts each. Blocking: called on worker threads only. Failures come as {@link SqlFailure}.
 *
 * <p>An instance either takes a connection from the pool for each statement, or is bound to the one of a transaction.
 */
final class Sql {

    /** Reads one row. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** The database refused or is away. */
    static final class SqlFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SqlFailure(SQLException cause) {
            super(cause);
        }
    }

    private interface Use<T> {
        T with(Connection connection) throws SQLException;
    }

    private final DataSource pool;
    private final Statements statements;
    private final @Nullable Connection bound;

    Sql(DataSource pool, Statements statements) {
        this(pool, statements, null);
    }

    private Sql(DataSource pool, Statements statements, @Nullable Connection bound) {
        this.pool = pool;
        this.statements = statements;
        this.bound = bound;
    }

    <T> List<T> list(Row<T> row, String statement, Object... arguments) {
        return list(Purpose.APPLICATION, row, statement, arguments);
    }

    <T> Optional<T> one(Row<T> row, String statement, Object... arguments) {
        return list(row, statement, arguments).stream().findFirst();
    }

    /** The one number that the statement selects. */
    long number(String statement, Object... arguments) {
        return list(row -> row.getLong(1), statement, arguments).get(0);
    }

    /** How many rows the statement changed. */
    int update(String statement, Object... arguments) {
        return update(Purpose.APPLICATION, statement, arguments);
    }

    <T> List<T> list(Purpose purpose, Row<T> row, String statement, Object... arguments) {
        return use(connection -> {
            statements.add(purpose);
            try (PreparedStatement prepared = prepare(connection, statement, arguments);
                    ResultSet result = prepared.executeQuery()) {
                List<T> rows = new ArrayList<>();
                while (result.next()) {
                    rows.add(row.read(result));
                }
                return rows;
            }
        });
    }

    int update(Purpose purpose, String statement, Object... arguments) {
        return use(connection -> {
            statements.add(purpose);
            try (PreparedStatement prepared = prepare(connection, statement, arguments)) {
                return prepared.executeUpdate();
            }
        });
    }

    /** Runs several statements as one change: all of them, or none where {@code work} throws. */
    <T> T inTransaction(Function<Sql, T> work) {
        return use(connection -> {
            connection.setAutoCommit(false);
            boolean committed = false;
            try {
                T result = work.apply(new Sql(pool, statements, connection));
                connection.commit();
                committed = true;
                return result;
            } finally {
                if (!committed) {
                    connection.rollback();
                }
                connection.setAutoCommit(true);
            }
        });
    }

    private <T> T use(Use<T> use) {
        try {
            if (bound != null) {
                return use.with(bound);
            }
            try (Connection connection = pool.getConnection()) {
                return use.with(connection);
            }
        } catch (SQLException e) {
            throw new SqlFailure(e);
        }
    }

    private static PreparedStatement prepare(Connection connection, String statement, Object... arguments)
            throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(statement);
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof String[] texts) {
                prepared.setArray(i + 1, connection.createArrayOf("text", texts));
            } else {
                prepared.setObject(i + 1, arguments[i]);
            }
        }
        return prepared;
    }
}
