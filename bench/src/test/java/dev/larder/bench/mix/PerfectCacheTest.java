package dev.larder.bench.mix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.bench.course.CourseAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerfectCacheTest {

    @Test
    void secondRequestWithinTheLifetimeIsAHit() {
        assertEquals(
                new PerfectCache.Share(4, 2), play(0, 299_999, 300_000, 300_001).all());
    }

    @Test
    void compressedTimeMakesLifetimesLonger() {
        List<Call> trace = List.of(list(0), list(400_000));
        assertEquals(0, PerfectCache.play(trace, Duration.ZERO, 1).all().hits());
        assertEquals(1, PerfectCache.play(trace, Duration.ZERO, 10).all().hits());
    }

    @Test
    void warmUpFillsButDoesNotCount() {
        PerfectCache.Result result =
                PerfectCache.play(List.of(list(0), list(1_000), list(2_000)), Duration.ofSeconds(2), 1);
        assertEquals(new PerfectCache.Share(1, 1), result.all());
        assertEquals(5, result.withoutCache());
        assertEquals(0, result.statements() + result.identityStatements());
    }

    @Test
    void identityIsAskedForOnceInItsLifetime() {
        PerfectCache.Result result = play(0, 5_000, 9_999, 10_000);
        assertEquals(4, result.identityStatements());
        assertEquals(5, result.statements());
        assertEquals(20, result.withoutCache());
        assertEquals(55.0, result.fewerStatementsPercent(), 0.01);
    }

    /** Writes concern u011, course c001 and its lesson l001-01; reads are of another user, course or lesson where told. */
    @ParameterizedTest
    @CsvSource({
        "JOIN_COURSE,  USER_COURSES,       u011, '',   '',      true",
        "JOIN_COURSE,  USER_COURSES,       u012, '',   '',      false",
        "JOIN_COURSE,  USER_COURSE,        u012, c001, '',      true",
        "JOIN_COURSE,  ADMIN_PARTICIPANTS, u001, c001, '',      true",
        "JOIN_COURSE,  ADMIN_PARTICIPANTS, u001, c002, '',      false",
        "JOIN_COURSE,  ADMIN_COURSES,      u001, '',   '',      false",
        "JOIN_COURSE,  USER_LESSONS,       u011, c001, '',      false",
        "SET_PROGRESS, USER_LESSONS,       u011, c001, '',      true",
        "SET_PROGRESS, USER_LESSONS,       u012, c001, '',      false",
        "SET_PROGRESS, USER_LESSONS,       u011, c002, '',      false",
        "SET_PROGRESS, USER_COURSE,        u011, c001, '',      false",
        "EDIT_COURSE,  USER_COURSES,       u012, '',   '',      true",
        "EDIT_COURSE,  USER_COURSE,        u012, c001, '',      true",
        "EDIT_COURSE,  ADMIN_LESSONS,      u001, c001, '',      false",
        "EDIT_LESSON,  PUBLIC_LESSONS,     u012, '',   '',      true",
        "EDIT_LESSON,  ADMIN_LESSON,       u001, c001, l001-01, true",
        "EDIT_LESSON,  ADMIN_LESSON,       u001, c001, l001-02, false",
        "EDIT_LESSON,  USER_LESSONS,       u012, c001, '',      true",
    })
    void writeDropsExactlyWhatItChanges(
            CourseAction action, ReadRoute route, String reader, String courseId, String lessonId, boolean changes) {
        Call.Write write = new Call.Write(0, "u011", action, "/", "[]", "u011", "c001", "l001-01");
        Call.Read read = new Call.Read(0, reader, route, "/", courseId, lessonId);
        assertEquals(changes, PerfectCache.changes(write, read));
    }

    @Test
    void reachesWhatTheIssueAsksForOnTheStandardMix() {
        List<Call> trace = CourseMix.trace(CourseMix.Options.standard(Duration.ofMinutes(5), 1));
        PerfectCache.Result result = PerfectCache.play(trace, Duration.ofMinutes(1), 1);
        assertTrue(result.all().hitPercent() >= 80, result.all().toString());
        assertTrue(result.fewerStatementsPercent() >= 70, result.toString());
    }

    private static PerfectCache.Result play(long... times) {
        List<Call> trace = new ArrayList<>();
        for (long at : times) {
            trace.add(list(at));
        }
        return PerfectCache.play(trace, Duration.ZERO, 1);
    }

    private static Call list(long at) {
        return new Call.Read(at, "u011", ReadRoute.USER_COURSES, "/api/user/courses", "", "");
    }
}
