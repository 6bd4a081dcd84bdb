package dev.larder.bench.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.bench.course.CourseAction;
import dev.larder.bench.course.CourseSeed;
import dev.larder.bench.course.RawHttp.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The writes of the course application: the very next read of what one changes is not a hit and has the new content,
 * and what it does not change stays a hit.
 */
@NullUnmarked
@ExtendWith(CourseGround.class)
@ParameterizedClass
@EnumSource
class WritesTest {
    private static final String ADMIN = "u001";
    private static final String OTHER_ADMIN = "u002";

    /** Is not the one who writes, and sees the same courses. */
    private static final String ONLOOKER = "u012";

    private static final String UNRELATED = "c100";

    /** A write, what it changes, and what it must leave alone. */
    record Case(Write write, List<Read> changed, List<Read> kept) {
        @Override
        public String toString() {
            return write.toString();
        }
    }

    private final CourseGround.Ground ground;
    private final Sidecar sidecar;

    WritesTest(StoreKind store, CourseGround.Ground ground) {
        this.ground = ground;
        sidecar = Sidecar.start(store, ground);
    }

    @AfterEach
    void end() {
        sidecar.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("writes")
    void theNextReadOfWhatIsChangedIsNewAndTheRestStaysAHit(Case write) {
        ground.restore();
        Map<Read, Response> before = new HashMap<>();
        write.changed().forEach(read -> before.put(read, sidecar.warm(read)));
        sidecar.warm(write.kept());
        Response done = write.write().through(sidecar);
        assertEquals(200, done.status(), done::text);
        for (Read read : write.changed()) {
            Response after = sidecar.ask(read);
            Sidecar.assertNoHit(read, after);
            Response backend = sidecar.askBackend(read);
            Sidecar.assertSame(read, backend, after);
            assertTrue(!backend.text().equals(before.get(read).text()), () -> "the write did not change " + read);
        }
        write.kept().forEach(sidecar::assertHit);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatIsRefusedPurgesNothing(Refused refused) {
        List<Read> reads = new ArrayList<>(Read.ofAllRoutes(ONLOOKER, ADMIN, "c299"));
        reads.addAll(Read.ofAllRoutes("u013", OTHER_ADMIN, "c298"));
        sidecar.warm(reads);
        Response answer = refused.write().through(sidecar);
        assertEquals(refused.status(), answer.status(), answer::text);
        assertTrue(
                answer.field("content-type").startsWith(refused.type()),
                () -> "Content-Type: " + answer.field("content-type"));
        reads.forEach(sidecar::assertHit);
    }

    /** A write that changes nothing, and how the backend answers it. */
    record Refused(Write write, int status, String type) {
        @Override
        public String toString() {
            return write.toString();
        }
    }

    static Stream<Refused> refused() {
        String component = "text/x-component";
        return Stream.of(
                new Refused(Write.join("no-such-course", ONLOOKER), 200, component),
                new Refused(
                        Write.action(
                                "leave without having joined",
                                "/user/courses/c299",
                                ONLOOKER,
                                CourseAction.LEAVE_COURSE,
                                Write.ids("c300", "u001")),
                        200,
                        component),
                new Refused(
                        Write.action(
                                "progress of an unknown kind",
                                "/user/courses/c299",
                                ONLOOKER,
                                CourseAction.SET_PROGRESS,
                                Write.ids(ONLOOKER, "l299-01", "DREAMT")),
                        200,
                        component),
                new Refused(
                        Write.action(
                                "a role that is none",
                                "/account/edit",
                                ONLOOKER,
                                CourseAction.CHANGE_ROLE,
                                Write.ids(ONLOOKER, "KING")),
                        200,
                        component),
                new Refused(Write.editCourse("validation errors", "c299", ADMIN, ""), 200, component),
                new Refused(Write.editCourse("a server error", "c299", ONLOOKER, "Taken over"), 200, component),
                new Refused(Write.editCourse("an anonymous action", "c299", "", "Taken over"), 307, ""),
                new Refused(
                        new Write(
                                "an unknown action",
                                "POST",
                                "/user/courses",
                                ONLOOKER,
                                "60ffffffffffffffffffffffffffffffffffffffff",
                                Write.ids("c299", ONLOOKER)),
                        200,
                        "text/html"),
                new Refused(Write.delete("an anonymous delete", "/api/admin/courses/c299", ""), 307, ""),
                new Refused(Write.delete("a delete by a user", "/api/admin/courses/c299", ONLOOKER), 401, "text/plain"),
                new Refused(
                        new Write("no write at all", "POST", "/api/ai/context", ONLOOKER, "", "{}"),
                        200,
                        "application/json"));
    }

    static Stream<Case> writes() {
        return Stream.of(
                enrolment("join from the list", "/user/courses", CourseAction.JOIN_COURSE, "c299", false),
                enrolment("join from the course", "/user/courses/c299", CourseAction.JOIN_COURSE, "c299", false),
                enrolment("join from its page", "/user/courses/c298/join", CourseAction.JOIN_COURSE, "c298", false),
                enrolment("leave", "/user/courses/c299", CourseAction.LEAVE_COURSE, "c299", true),
                learning("start a lesson", "/user/courses/c299/lessons/l299-08/join", CourseAction.START_LESSON, false),
                learning("leave a lesson", "/user/courses/c299/lessons/l299-08", CourseAction.LEAVE_LESSON, true),
                learning("progress", "/user/courses/c299/lessons/l299-08", CourseAction.SET_PROGRESS, false),
                courseCreated(),
                courseEdited(),
                courseDeleted(),
                lessonCreated(),
                lessonEdited(),
                lessonMoved(),
                lessonDeleted("delete a lesson", "c299", ADMIN),
                lessonDeleted("delete a lesson, by nobody and through another course", "c001", ""),
                roleChanged());
    }

    private static Case enrolment(String what, String page, CourseAction action, String course, boolean enrolled) {
        String user = user(course, enrolled);
        return new Case(
                Write.action(what, page, user, action, Write.ids(course, user)),
                List.of(
                        Read.userCourses(user),
                        Read.userCourse(ONLOOKER, course),
                        Read.adminCourse(ADMIN, course),
                        Read.userParticipants(ONLOOKER, course),
                        Read.adminParticipants(ADMIN, course)),
                and(
                        coursesBut(course),
                        Read.userCourses(ONLOOKER),
                        Read.adminCourses(ADMIN),
                        Read.adminLessons(ADMIN, course),
                        Read.adminLesson(ADMIN, course, Read.lesson(course, 1)),
                        Read.userLessons(ONLOOKER, course),
                        Read.publicLessons()));
    }

    private static Case learning(String what, String page, CourseAction action, boolean begun) {
        String user = CourseSeed.standard().users().stream()
                .map(CourseSeed.User::id)
                .filter(id -> id.compareTo(ONLOOKER) > 0
                        && CourseSeed.standard().begun(id, begun ? begunLesson(id) : "l299-08") == begun)
                .findFirst()
                .orElseThrow();
        String lesson = begun ? begunLesson(user) : "l299-08";
        String course = "c" + lesson.substring(1, 4);
        String body =
                action == CourseAction.SET_PROGRESS ? Write.ids(user, lesson, "COMPLETED") : Write.ids(lesson, user);
        return new Case(
                Write.action(what, page, user, action, body),
                List.of(Read.userLessons(user, course)),
                and(
                        Read.ofAllRoutes(ONLOOKER, ADMIN, course),
                        Read.userCourse(ONLOOKER, UNRELATED),
                        Read.adminCourse(OTHER_ADMIN, UNRELATED)));
    }

    /** A lesson that a user has begun, or one that nobody has. */
    private static String begunLesson(String user) {
        return CourseSeed.standard().progress().stream()
                .filter(progress -> progress.userId().equals(user))
                .map(CourseSeed.Progress::lessonId)
                .findFirst()
                .orElse("l300-10");
    }

    private static Case courseCreated() {
        return new Case(
                Write.action(
                        "create a course",
                        "/admin/courses/new",
                        ADMIN,
                        CourseAction.CREATE_COURSE,
                        "[{\"name\":\"Brand new\",\"image\":\"\",\"presentation\":\"All of it.\",\"state\":\"PUBLISHED\"}]"),
                List.of(Read.adminCourses(ADMIN), Read.userCourses("u011"), Read.userCourses(ONLOOKER)),
                and(coursesBut("none"), lessons("c299")));
    }

    private static Case courseEdited() {
        String creator = creator("c299");
        return new Case(
                Write.editCourse("edit a course", "c299", ADMIN, "Edited"),
                List.of(
                        Read.userCourses("u011"),
                        Read.userCourses(ONLOOKER),
                        Read.adminCourses(creator),
                        Read.adminCourse(OTHER_ADMIN, "c299"),
                        Read.userCourse(ONLOOKER, "c299")),
                and(coursesBut("c299"), lessons("c299")));
    }

    private static Case courseDeleted() {
        String creator = creator("c299");
        return new Case(
                Write.delete("delete a course", "/api/admin/courses/c299", ADMIN),
                List.of(
                        Read.userCourses("u011"),
                        Read.userCourses(ONLOOKER),
                        Read.adminCourses(creator),
                        Read.adminCourse(OTHER_ADMIN, "c299"),
                        Read.userCourse(ONLOOKER, "c299"),
                        Read.adminParticipants(OTHER_ADMIN, "c299"),
                        Read.userParticipants(ONLOOKER, "c299"),
                        Read.adminLessons(OTHER_ADMIN, "c299"),
                        Read.adminLesson(OTHER_ADMIN, "c299", "l299-03"),
                        Read.userLessons(ONLOOKER, "c299"),
                        Read.publicLessons()),
                coursesBut("c299"));
    }

    private static Case lessonCreated() {
        return new Case(
                Write.action(
                        "create a lesson",
                        "/admin/courses/c299/lessons/new",
                        ADMIN,
                        CourseAction.CREATE_LESSON,
                        "[{\"name\":\"New\",\"content\":\"Text.\",\"state\":\"PUBLISHED\",\"courseId\":\"c299\"}]"),
                List.of(
                        Read.adminLessons(OTHER_ADMIN, "c299"),
                        Read.userLessons("u011", "c299"),
                        Read.userLessons(ONLOOKER, "c299"),
                        Read.publicLessons()),
                courses());
    }

    private static Case lessonEdited() {
        // Of the newest course, so that the first page of the public list shows it.
        return new Case(
                editLesson("edit a lesson", "l300-07", "c300"),
                List.of(
                        Read.adminLessons(OTHER_ADMIN, "c300"),
                        Read.adminLesson(OTHER_ADMIN, "c300", "l300-07"),
                        Read.userLessons("u011", "c300"),
                        Read.userLessons(ONLOOKER, "c300"),
                        Read.publicLessons()),
                courses());
    }

    private static Case lessonMoved() {
        return new Case(
                editLesson("move a lesson to another course", "l300-07", "c298"),
                List.of(
                        Read.adminLessons(OTHER_ADMIN, "c300"),
                        Read.adminLessons(OTHER_ADMIN, "c298"),
                        Read.adminLesson(OTHER_ADMIN, "c300", "l300-07"),
                        Read.userLessons("u011", "c300"),
                        Read.userLessons(ONLOOKER, "c298"),
                        Read.publicLessons()),
                courses());
    }

    private static Write editLesson(String what, String lesson, String course) {
        return Write.action(
                what,
                "/admin/courses/c300/lessons/" + lesson + "/edit",
                ADMIN,
                CourseAction.EDIT_LESSON,
                "[{\"data\":{\"name\":\"Edited\",\"content\":\"Text.\",\"state\":\"PUBLISHED\",\"courseId\":\"%s\"},\"lessonId\":\"%s\"}]"
                        .formatted(course, lesson));
    }

    private static Case lessonDeleted(String what, String courseInPath, String visitor) {
        return new Case(
                Write.delete(what, "/api/admin/courses/" + courseInPath + "/lessons/l300-07", visitor),
                List.of(
                        Read.adminLessons(OTHER_ADMIN, "c300"),
                        Read.adminLesson(OTHER_ADMIN, "c300", "l300-07"),
                        Read.userLessons("u011", "c300"),
                        Read.userLessons(ONLOOKER, "c300"),
                        Read.publicLessons()),
                courses());
    }

    private static Case roleChanged() {
        String user = "u150";
        return new Case(
                Write.action(
                        "change a role", "/account/edit", user, CourseAction.CHANGE_ROLE, Write.ids(user, "ADMIN")),
                List.of(Read.userCourses(user), Read.userCourse(user, "c299"), Read.userLessons(user, "c299")),
                Read.ofAllRoutes(ONLOOKER, ADMIN, "c299"));
    }

    /** All lists of courses, and details and participants of two courses. */
    private static List<Read> courses() {
        return and(
                coursesBut("none"),
                Read.adminCourse(ADMIN, "c300"),
                Read.userCourse(ONLOOKER, "c300"),
                Read.adminParticipants(ADMIN, "c300"),
                Read.userCourses(ONLOOKER),
                Read.adminCourses(ADMIN));
    }

    private static List<Read> lessons(String course) {
        return List.of(
                Read.adminLessons(OTHER_ADMIN, course),
                Read.adminLesson(OTHER_ADMIN, course, Read.lesson(course, 2)),
                Read.userLessons(ONLOOKER, course),
                Read.adminParticipants(OTHER_ADMIN, course),
                Read.publicLessons());
    }

    /** Details and participants of courses other than one. */
    private static List<Read> coursesBut(String course) {
        return Stream.of("c297", "c298", "c299", UNRELATED)
                .filter(other -> !other.equals(course))
                .flatMap(other -> Stream.of(
                        Read.adminCourse(ADMIN, other),
                        Read.userCourse(ONLOOKER, other),
                        Read.adminParticipants(ADMIN, other),
                        Read.userParticipants(ONLOOKER, other)))
                .toList();
    }

    private static List<Read> and(List<Read> some, List<Read> more) {
        return and(some, more.toArray(new Read[0]));
    }

    private static List<Read> and(List<Read> some, Read... more) {
        return Stream.concat(some.stream(), Stream.of(more)).toList();
    }

    private static String creator(String course) {
        return CourseSeed.standard().courses().stream()
                .filter(c -> c.id().equals(course))
                .map(CourseSeed.Course::creatorId)
                .findFirst()
                .orElseThrow();
    }

    private static String user(String course, boolean enrolled) {
        return CourseSeed.standard().users().stream()
                .map(CourseSeed.User::id)
                .filter(id ->
                        id.compareTo(ONLOOKER) > 0 && CourseSeed.standard().enrolled(id, course) == enrolled)
                .findFirst()
                .orElseThrow();
    }
}
