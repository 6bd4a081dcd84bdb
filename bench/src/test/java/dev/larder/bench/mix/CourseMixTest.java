package dev.larder.bench.mix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.bench.course.CourseAction;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CourseMixTest {
    private static final Duration LENGTH = Duration.ofMinutes(50);
    private static final List<Call> TRACE = CourseMix.trace(CourseMix.Options.standard(LENGTH, 3));

    @Test
    void sameSeedGivesTheSameTrace() {
        CourseMix.Options options = CourseMix.Options.standard(Duration.ofMinutes(1), 5);
        assertEquals(CourseMix.trace(options), CourseMix.trace(options));
        assertNotEquals(
                CourseMix.trace(options), CourseMix.trace(CourseMix.Options.standard(Duration.ofMinutes(1), 6)));
    }

    @Test
    void everyVisitorSeesAPageEveryFiveSecondsWithThreeCalls() {
        long pages = 200L * LENGTH.toSeconds() / 5;
        assertEquals(3 * pages, reads().size());
        Map<String, Long> byVisitor =
                reads().stream().collect(Collectors.groupingBy(Call.Read::userId, Collectors.counting()));
        assertEquals(200, byVisitor.size());
        assertEquals(Set.of(3 * LENGTH.toSeconds() / 5), new HashSet<>(byVisitor.values()));
    }

    @Test
    void sharesAreThoseOfTheMix() {
        double pages = reads().size() / 3.0;
        long lists = reads().stream()
                .filter(r -> r.route() == ReadRoute.PUBLIC_LESSONS)
                .count();
        assertNear(0.30, lists / pages);
        List<Call.Write> writes = writes();
        assertNear(0.02, writes.size() / pages);
        assertNear(0.40, share(writes, CourseAction.SET_PROGRESS));
        assertNear(0.30, share(writes, CourseAction.START_LESSON, CourseAction.LEAVE_LESSON));
        assertNear(0.295, share(writes, CourseAction.JOIN_COURSE, CourseAction.LEAVE_COURSE));
        double edits = share(writes, CourseAction.EDIT_COURSE, CourseAction.EDIT_LESSON);
        assertTrue(edits > 0 && edits < 0.015, "edits " + edits);
    }

    @Test
    void everyVisitorWorksAtThreeCourses() {
        Map<String, Set<String>> courses = reads().stream()
                .filter(read -> !read.courseId().isEmpty())
                .collect(Collectors.groupingBy(
                        Call.Read::userId, Collectors.mapping(Call.Read::courseId, Collectors.toSet())));
        assertEquals(200, courses.size());
        courses.forEach((user, own) -> assertEquals(3, own.size(), user));
    }

    @Test
    void roleFitsWhatIsAskedAndWritten() {
        for (Call.Read read : reads()) {
            boolean admin = read.userId().compareTo("u011") < 0;
            if (read.route().depends() != ReadRoute.Depends.NOBODY) {
                assertEquals(admin, read.target().startsWith("/api/admin"), read.toString());
            }
        }
        for (Call.Write write : writes()) {
            boolean edit = write.action() == CourseAction.EDIT_COURSE || write.action() == CourseAction.EDIT_LESSON;
            assertEquals(edit, write.userId().compareTo("u011") < 0, write.toString());
        }
    }

    private static double share(List<Call.Write> writes, CourseAction... actions) {
        Set<CourseAction> wanted = Set.of(actions);
        return (double) writes.stream().filter(w -> wanted.contains(w.action())).count() / writes.size();
    }

    private static void assertNear(double expected, double share) {
        assertEquals(expected, share, expected * 0.1);
    }

    private static List<Call.Read> reads() {
        return TRACE.stream()
                .filter(Call.Read.class::isInstance)
                .map(Call.Read.class::cast)
                .toList();
    }

    private static List<Call.Write> writes() {
        return TRACE.stream()
                .filter(Call.Write.class::isInstance)
                .map(Call.Write.class::cast)
                .toList();
    }
}
