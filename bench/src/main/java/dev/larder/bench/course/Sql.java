package dev.larder.bench.course;

import dev.larder.bench.course.Statements.Purpose;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Runs statements, each on a connection of the pool and a change of its own, and counts them. Blocking: called on worker threads only.
 * Failures come as {@link SqlFailure}.
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

    Sql(DataSource pool, Statements statements) {
        this.pool = pool;
        this.statements = statements;
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

    private <T> T use(Use<T> use) {
        try (Connection connection = pool.getConnection()) {
            return use.with(connection);
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
