package dev.larder.bench.mix;

import dev.larder.bench.course.CourseAction;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a perfect cache would reach on a trace: unbounded memory, the lifetimes of the rules, one stored response for each
 * key, and a write drops exactly what it changes, at once. The bar that a real one is measured against.
 */
public final class PerfectCache {
    /** How long an answer about who a visitor is may be used, as in the rules. */
    private static final Duration IDENTITY_LIFETIME = Duration.ofSeconds(10);

    private static final int IDENTITY_STATEMENTS = 2;

    /** Of one route. */
    public record Share(long calls, long hits) {
        /** Per cent, 0 without calls. */
        public double hitPercent() {
            return calls == 0 ? 0 : 100.0 * hits / calls;
        }

        Share plus(boolean hit) {
            return new Share(calls + 1, hits + (hit ? 1 : 0));
        }
    }

    /**
     * What came of it, after the warm-up.
     *
     * @param all of all reads
     * @param routes by route
     * @param statements SQL statements of the misses
     * @param identityStatements those of asking who visitors are, once in a lifetime while they come
     * @param withoutCache SQL statements of the reads where the backend answers all
     */
    public record Result(
            Share all, Map<ReadRoute, Share> routes, long statements, long identityStatements, long withoutCache) {
        /** By how much fewer statements the backend gets for its reads, questions about identity included; per cent. */
        public double fewerStatementsPercent() {
            return withoutCache == 0 ? 0 : 100.0 * (withoutCache - statements - identityStatements) / withoutCache;
        }
    }

    private record Stored(Call.Read read, long atMillis) {}

    private final long warmUpMillis;
    private final double speed;
    private final Map<String, Stored> stored = new HashMap<>();
    private final Map<String, Long> identities = new HashMap<>();
    private final Map<ReadRoute, Share> routes = new EnumMap<>(ReadRoute.class);
    private Share all = new Share(0, 0);
    private long statements;
    private long identityStatements;
    private long withoutCache;

    private PerfectCache(Duration warmUp, double speed) {
        this.warmUpMillis = warmUp.toMillis();
        this.speed = speed;
    }

    /**
     * Plays a trace.
     *
     * @param warmUp what happens before this is not counted
     * @param speed by how much the trace is compressed when it is run: lifetimes are that much longer in its own time
     */
    public static Result play(List<Call> trace, Duration warmUp, double speed) {
        PerfectCache cache = new PerfectCache(warmUp, speed);
        for (Call call : trace) {
            if (call instanceof Call.Write write) {
                cache.stored.values().removeIf(entry -> changes(write, entry.read()));
            } else if (call instanceof Call.Read read) {
                cache.read(read);
            }
        }
        return new Result(
                cache.all, Map.copyOf(cache.routes), cache.statements, cache.identityStatements, cache.withoutCache);
    }

    private void read(Call.Read read) {
        boolean counted = read.atMillis() >= warmUpMillis;
        if (read.route().depends() != ReadRoute.Depends.NOBODY) {
            Long asked = identities.get(read.userId());
            if (asked == null || read.atMillis() - asked >= lifetime(IDENTITY_LIFETIME)) {
                identities.put(read.userId(), read.atMillis());
                identityStatements += counted ? IDENTITY_STATEMENTS : 0;
            }
        }
        Stored entry = stored.get(read.key());
        boolean hit = entry != null
                && read.atMillis() - entry.atMillis() < lifetime(read.route().lifetime());
        if (!hit) {
            stored.put(read.key(), new Stored(read, read.atMillis()));
        }
        if (counted) {
            all = all.plus(hit);
            routes.put(
                    read.route(),
                    routes.getOrDefault(read.route(), new Share(0, 0)).plus(hit));
            withoutCache += read.route().statements();
            statements += hit ? 0 : read.route().statements();
        }
    }

    private double lifetime(Duration lifetime) {
        return lifetime.toMillis() * speed;
    }

    /** Whether a write changes what a read answered. */
    static boolean changes(Call.Write write, Call.Read read) {
        boolean sameCourse = write.courseId().equals(read.courseId());
        boolean sameUser = write.affectedUserId().equals(read.userId());
        return switch (read.route()) {
            case USER_COURSES -> write.action() == CourseAction.EDIT_COURSE || (isJoin(write) && sameUser);
            case ADMIN_COURSES -> write.action() == CourseAction.EDIT_COURSE && sameUser;
            case USER_COURSE, ADMIN_COURSE ->
                sameCourse && (isJoin(write) || write.action() == CourseAction.EDIT_COURSE);
            case USER_PARTICIPANTS, ADMIN_PARTICIPANTS -> sameCourse && isJoin(write);
            case USER_LESSONS ->
                sameCourse && (write.action() == CourseAction.EDIT_LESSON || (isLearning(write) && sameUser));
            case ADMIN_LESSONS -> sameCourse && write.action() == CourseAction.EDIT_LESSON;
            case ADMIN_LESSON ->
                write.action() == CourseAction.EDIT_LESSON && write.lessonId().equals(read.lessonId());
            case PUBLIC_LESSONS -> write.action() == CourseAction.EDIT_LESSON;
        };
    }

    private static boolean isJoin(Call.Write write) {
        return write.action() == CourseAction.JOIN_COURSE || write.action() == CourseAction.LEAVE_COURSE;
    }

    private static boolean isLearning(Call.Write write) {
        return write.action() == CourseAction.SET_PROGRESS
                || write.action() == CourseAction.START_LESSON
                || write.action() == CourseAction.LEAVE_LESSON;
    }
}
