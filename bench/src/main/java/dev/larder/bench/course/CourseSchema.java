package dev.larder.bench.course;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;

/** The tables, and how they are filled with the {@linkplain CourseSeed seed data}: by COPY, all in one transaction. */
final class CourseSchema {
    private static final List<String> TABLES = List.of(
            """
            CREATE TABLE users (
                id text PRIMARY KEY, name text NOT NULL, email text NOT NULL, image text NOT NULL, role text NOT NULL)""",
            """
            CREATE TABLE sessions (
                token text PRIMARY KEY, user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
                expires timestamptz NOT NULL)""",
            """
            CREATE TABLE courses (
                id text PRIMARY KEY DEFAULT 'c' || nextval('new_ids'), name text NOT NULL, presentation text NOT NULL,
                image text NOT NULL, state text NOT NULL, creator_id text NOT NULL REFERENCES users,
                created_at timestamptz NOT NULL DEFAULT now())""",
            """
            CREATE TABLE lessons (
                id text PRIMARY KEY DEFAULT 'l' || nextval('new_ids'),
                course_id text NOT NULL REFERENCES courses ON DELETE CASCADE, name text NOT NULL, content text NOT NULL,
                notes text NOT NULL DEFAULT '', state text NOT NULL, created_at timestamptz NOT NULL DEFAULT now())""",
            """
            CREATE TABLE enrolments (
                user_id text REFERENCES users ON DELETE CASCADE, course_id text REFERENCES courses ON DELETE CASCADE,
                joined_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (user_id, course_id))""",
            """
            CREATE TABLE progress (
                user_id text REFERENCES users ON DELETE CASCADE, lesson_id text REFERENCES lessons ON DELETE CASCADE,
                state text NOT NULL, updated_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (user_id, lesson_id))""",
            "CREATE INDEX ON courses (creator_id, created_at)",
            "CREATE INDEX ON courses (created_at)",
            "CREATE INDEX ON lessons (course_id, created_at)",
            "CREATE INDEX ON lessons (created_at)",
            "CREATE INDEX ON enrolments (course_id, joined_at)",
            "CREATE INDEX ON progress (lesson_id)");

    private CourseSchema() {}

    /** Drops what is there, creates the tables and fills them; a few seconds. */
    static void create(Connection connection, CourseSeed seed, Consumer<String> progress)
            throws SQLException, IOException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS progress, enrolments, lessons, courses, sessions, users");
            statement.execute("DROP SEQUENCE IF EXISTS new_ids");
            // Beyond every seeded number: an id that was made later is seen to be so.
            statement.execute("CREATE SEQUENCE new_ids START 1001");
            for (String table : TABLES) {
                statement.execute(table);
            }
            fill(connection, seed, progress);
            connection.commit();
            connection.setAutoCommit(true);
            statement.execute("ANALYZE");
        }
    }

    private static void fill(Connection connection, CourseSeed seed, Consumer<String> progress)
            throws SQLException, IOException {
        progress.accept("seeding %d users and their sessions".formatted(CourseSeed.USERS));
        copy(
                connection,
                "users (id, name, email, image, role)",
                seed.users().stream().map(u -> row(u.id(), u.name(), u.email(), u.image(), u.role())));
        copy(
                connection,
                "sessions (token, user_id, expires)",
                seed.users().stream().map(u -> row(CourseSeed.sessionOf(u.id()), u.id(), CourseSeed.SESSIONS_EXPIRE)));
        copy(
                connection,
                "sessions (token, user_id, expires)",
                IntStream.of(0)
                        .mapToObj(i -> row(
                                CourseSeed.EXPIRED_SESSION, seed.users().get(0).id(), CourseSeed.EPOCH)));
        progress.accept(
                "seeding %d courses of %d lessons".formatted(CourseSeed.COURSES, CourseSeed.LESSONS_PER_COURSE));
        copy(
                connection,
                "courses (id, name, presentation, image, state, creator_id, created_at)",
                seed.courses().stream()
                        .map(c -> row(
                                c.id(),
                                c.name(),
                                c.presentation(),
                                c.image(),
                                c.state(),
                                c.creatorId(),
                                c.createdAt())));
        copy(
                connection,
                "lessons (id, course_id, name, content, notes, state, created_at)",
                seed.lessons().stream()
                        .map(l ->
                                row(l.id(), l.courseId(), l.name(), l.content(), l.notes(), l.state(), l.createdAt())));
        progress.accept("seeding %d enrolments and %d steps of progress"
                .formatted(seed.enrolments().size(), seed.progress().size()));
        copy(
                connection,
                "enrolments (user_id, course_id, joined_at)",
                seed.enrolments().stream().map(e -> row(e.userId(), e.courseId(), e.joinedAt())));
        copy(
                connection,
                "progress (user_id, lesson_id, state, updated_at)",
                seed.progress().stream().map(p -> row(p.userId(), p.lessonId(), p.state(), CourseSeed.EPOCH)));
    }

    private static void copy(Connection connection, String columns, java.util.stream.Stream<String> rows)
            throws SQLException, IOException {
        long copied = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY " + columns + " FROM STDIN", new StringReader(rows.collect(Collectors.joining())));
        if (copied == 0) {
            throw new SQLException("COPY " + columns + " took no row; expected at least one");
        }
    }

    /** One line of COPY's text format. The seed data holds no tab, line break or backslash, so nothing is escaped. */
    private static String row(Object... values) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            line.append(values[i]).append(i == values.length - 1 ? '\n' : '\t');
        }
        return line.toString();
    }
}
