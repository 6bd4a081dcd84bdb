package dev.larder.bench.course;

import dev.larder.bench.course.Statements.Purpose;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Sessions, kept in the database as the platform does: two statements for each request that carries a token, so a role
 * change, a sign-out or an expiry counts at once. Blocking: worker threads only.
 */
final class Sessions {

    /** Who a session belongs to, as the database says now. */
    record Visitor(String id, String name, String email, String image, String role, Instant expires) {}

    private record Session(String userId, Instant expires) {}

    private final Sql sql;
    private final InstantSource clock;

    Sessions(Sql sql, InstantSource clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** The visitor of a token, or empty where no such session is there or it has expired. */
    Optional<Visitor> find(String token) {
        List<Session> sessions = sql.list(
                Purpose.SESSION,
                row -> new Session(row.getString(1), row.getTimestamp(2).toInstant()),
                "SELECT user_id, expires FROM sessions WHERE token = ?",
                token);
        if (sessions.isEmpty()) {
            return Optional.empty();
        }
        Session session = sessions.get(0);
        List<Visitor> visitors = sql.list(
                Purpose.SESSION,
                row -> new Visitor(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        session.expires()),
                "SELECT id, name, email, image, role FROM users WHERE id = ?",
                session.userId());
        return session.expires().isAfter(clock.instant()) ? visitors.stream().findFirst() : Optional.empty();
    }

    /** Ends a session; one that is not there is no failure. */
    void end(String token) {
        sql.update(Purpose.SESSION, "DELETE FROM sessions WHERE token = ?", token);
    }
}
