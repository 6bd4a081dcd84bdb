package dev.larder.bench.course;

import java.util.concurrent.atomic.LongAdder;

/** Counts the SQL statements that were sent to the database. Thread-safe. */
public final class Statements {

    /** What a statement is for. */
    enum Purpose {
        /** Finding a session and its user, or ending it. */
        SESSION,
        /** Everything else. */
        APPLICATION
    }

    /**
     * The counts at one moment.
     *
     * @param total all statements
     * @param session those of them that were about sessions
     */
    public record Count(long total, long session) {
        /** What came since an earlier count. */
        public Count since(Count earlier) {
            return new Count(total - earlier.total, session - earlier.session);
        }
    }

    private final LongAdder session = new LongAdder();
    private final LongAdder application = new LongAdder();

    /** The counts so far. */
    public Count count() {
        long ofSessions = session.sum();
        return new Count(ofSessions + application.sum(), ofSessions);
    }

    void add(Purpose purpose) {
        (purpose == Purpose.SESSION ? session : application).increment();
    }
}
