package dev.larder.bench.course;

import static dev.larder.bench.course.CourseRig.ADMIN;
import static dev.larder.bench.course.CourseRig.USER;
import static dev.larder.bench.course.CourseRig.cookie;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class CourseWritesTest {
    private static final String TEXT = "Content-Type: text/plain;charset=UTF-8";

    @RegisterExtension
    static final CourseRig rig = new CourseRig();

    @Test
    void joiningAndLeavingChangesListDetailsAndParticipants() {
        String user = "u050";
        String course = CourseSeed.standard().courses().stream()
                .filter(c -> c.published() && !CourseSeed.standard().enrolled(user, c.id()))
                .findFirst()
                .orElseThrow()
                .id();
        long users = totalUsers(course);
        String ids = "[\"" + course + "\",\"" + user + "\"]";
        JsonNode joined = result(action(CourseAction.JOIN_COURSE, "/user/courses", ids, user));
        assertTrue(joined.path("success").asBoolean());
        assertTrue(joined.hasNonNull("courseName"));
        assertTrue(listed(user, course));
        assertEquals(users + 1, totalUsers(course));
        assertEquals(
                users + 1,
                rig.json("/api/admin/courses/" + course, ADMIN)
                        .path("course")
                        .path("totalUsers")
                        .asLong());
        assertEquals(
                user,
                rig.json("/api/user/courses/" + course + "/participants", USER)
                        .path("participants")
                        .path(0)
                        .path("user")
                        .path("id")
                        .asText());
        assertRefused(action(CourseAction.JOIN_COURSE, "/user/courses/" + course + "/join", ids, user));
        assertTrue(result(action(CourseAction.LEAVE_COURSE, "/user/courses/" + course, ids, user))
                .path("success")
                .asBoolean());
        assertFalse(listed(user, course));
        assertEquals(users, totalUsers(course));
        assertRefused(action(CourseAction.LEAVE_COURSE, "/user/courses/" + course, ids, user));
    }

    @Test
    void lessonsAreStartedProgressedAndLeft() {
        String user = "u051";
        String lesson = CourseSeed.standard().lessonsOf(0).stream()
                .filter(l -> l.published() && !CourseSeed.standard().begun(user, l.id()))
                .findFirst()
                .orElseThrow()
                .id();
        String page = "/user/courses/c001/lessons/" + lesson;
        String ids = "[\"" + lesson + "\",\"" + user + "\"]";
        JsonNode started = result(action(CourseAction.START_LESSON, page, ids, user));
        assertTrue(started.path("success").asBoolean());
        assertTrue(started.hasNonNull("lessonName"));
        assertEquals("IN_PROGRESS", progress(user, lesson));
        JsonNode progressed = result(
                action(CourseAction.SET_PROGRESS, page, "[\"" + user + "\",\"" + lesson + "\",\"COMPLETED\"]", user));
        assertEquals(page, progressed.path("fallback").asText());
        assertEquals("COMPLETED", progress(user, lesson));
        assertTrue(result(action(CourseAction.LEAVE_LESSON, page, ids, user))
                .path("success")
                .asBoolean());
        assertEquals("NOT_STARTED", progress(user, lesson));
    }

    @Test
    void coursesAndLessonsAreCreatedEditedMovedAndDeleted() {
        JsonNode course = result(action(
                        CourseAction.CREATE_COURSE,
                        "/admin/courses/new",
                        "[{\"name\":\"Zymurgy\",\"image\":\"\",\"presentation\":\"Beer.\",\"state\":\"PUBLISHED\"}]",
                        ADMIN))
                .path("data")
                .path("course");
        String id = course.path("id").asText();
        assertEquals(ADMIN, course.path("creatorId").asText());
        assertEquals(
                id,
                rig.json("/api/user/courses?search=zymurgy", USER)
                        .path("courses")
                        .path(0)
                        .path("id")
                        .asText());

        result(action(
                CourseAction.EDIT_COURSE,
                "/admin/courses/" + id + "/edit",
                "[{\"data\":{\"name\":\"Brewing\",\"image\":\"\",\"presentation\":\"Beer.\",\"state\":\"DRAFT\"},\"courseId\":\""
                        + id + "\"}]",
                ADMIN));
        assertEquals(
                "Brewing",
                rig.json("/api/admin/courses/" + id, ADMIN)
                        .path("course")
                        .path("name")
                        .asText());
        assertTrue(rig.json("/api/user/courses?search=brewing", USER)
                .path("courses")
                .isEmpty());

        JsonNode lesson = result(action(
                        CourseAction.CREATE_LESSON,
                        "/admin/courses/" + id + "/lessons/new",
                        "[{\"name\":\"Malting\",\"content\":\"Wet it.\",\"state\":\"PUBLISHED\",\"courseId\":\"" + id
                                + "\"}]",
                        ADMIN))
                .path("data")
                .path("lesson");
        String lessonId = lesson.path("id").asText();
        assertEquals(id, lesson.path("courseId").asText());
        assertEquals(
                1,
                rig.json("/api/public/lessons?search=malting", USER)
                        .path("total")
                        .asInt());

        JsonNode moved = result(action(
                        CourseAction.EDIT_LESSON,
                        "/admin/courses/" + id + "/lessons/" + lessonId + "/edit",
                        "[{\"data\":{\"name\":\"Malting\",\"content\":\"Dry it.\",\"state\":\"PUBLISHED\",\"courseId\":\"c002\"},"
                                + "\"lessonId\":\"" + lessonId + "\"}]",
                        ADMIN))
                .path("data")
                .path("lesson");
        assertEquals("c002", moved.path("courseId").asText());
        assertTrue(rig.json("/api/admin/courses/" + id + "/lessons", ADMIN)
                .path("lessons")
                .isEmpty());
        assertEquals(
                "Dry it.",
                rig.json("/api/admin/courses/c002/lessons/" + lessonId, ADMIN)
                        .path("lesson")
                        .path("content")
                        .asText());

        // Neither a session nor the right course is needed.
        String path = "/api/admin/courses/anything/lessons/" + lessonId;
        assertEquals("{\"success\":true}", rig.send("DELETE", path, "").text());
        RawHttp.Response again = rig.send("DELETE", path, "");
        assertEquals(500, again.status());
        assertTrue(again.text().startsWith("{\"error\":"));

        assertEquals(
                200,
                rig.send("DELETE", "/api/admin/courses/" + id, "", cookie(ADMIN))
                        .status());
        assertEquals(
                "{\"course\":{\"totalUsers\":0}}",
                rig.get("/api/admin/courses/" + id, cookie(ADMIN)).text());
        assertEquals(
                500,
                rig.send("DELETE", "/api/admin/courses/" + id, "", cookie(ADMIN))
                        .status());
    }

    @Test
    void deletingACourseTakesItsLessonsAndParticipants() {
        assertEquals(
                200,
                rig.send("DELETE", "/api/admin/courses/c300", "", cookie(ADMIN)).status());
        assertTrue(rig.json("/api/admin/courses/c300/lessons", ADMIN)
                .path("lessons")
                .isEmpty());
        assertEquals(
                0,
                rig.json("/api/admin/courses/c300/participants", ADMIN)
                        .path("total")
                        .asInt());
    }

    @Test
    void whoMayNotDeleteDoesNotDelete() {
        RawHttp.Response anonymous = rig.send("DELETE", "/api/admin/courses/c003", "");
        assertEquals(307, anonymous.status());
        assertEquals("/", anonymous.field("location"));
        assertEquals(
                401,
                rig.send("DELETE", "/api/admin/courses/c003", "", cookie(USER)).status());
        assertEquals(
                "c003",
                rig.json("/api/admin/courses/c003", ADMIN)
                        .path("course")
                        .path("id")
                        .asText());
    }

    @Test
    void anonymousActionIsRedirectedAndWritesNothing() {
        long users = totalUsers("c001");
        RawHttp.Response response = rig.send(
                "POST", "/user/courses", "[\"c001\",\"u060\"]", TEXT, "Next-Action: " + CourseAction.LEAVE_COURSE.id());
        assertEquals(307, response.status());
        assertEquals("/", response.field("location"));
        assertEquals(users, totalUsers("c001"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "JOIN_COURSE    | u011 | [\"c999\",\"u011\"]                | {\"success\":false}",
                "JOIN_COURSE    | u011 | [\"c001\",\"u999\"]                | {\"success\":false}",
                "JOIN_COURSE    | u011 | [1]                                | {\"success\":false}",
                "START_LESSON   | u011 | [\"l999\",\"u011\"]                | {\"success\":false}",
                "SET_PROGRESS   | u011 | [\"u011\",\"l001-01\",\"BORED\"]   | {\"success\":false}",
                "CHANGE_ROLE    | u011 | [\"u011\",\"GOD\"]                 | {\"success\":false}",
                "CREATE_COURSE  | u001 | [{\"name\":\"\"}]                  | {\"validationErrors\":",
                "EDIT_LESSON    | u001 | [{\"data\":{},\"lessonId\":\"x\"}] | {\"validationErrors\":",
                "CREATE_COURSE  | u011 | [{\"name\":\"x\"}]                 | {\"serverError\":",
                "EDIT_COURSE    | u001 | [{\"data\":{\"name\":\"n\",\"presentation\":\"p\",\"state\":\"DRAFT\"},"
                        + "\"courseId\":\"c999\"}] | {\"serverError\":",
            })
    void refusedActionsAreAnsweredWith200(CourseAction action, String user, String body, String result) {
        RawHttp.Response response = action(action, "/anything", body, user);
        assertEquals(200, response.status());
        assertTrue(response.text().contains("\n1:" + result), response.text());
    }

    @Test
    void actionsTravelAsThePlatformSendsThem() throws Exception {
        RawHttp.Response response = rig.send(
                "POST",
                "/user/courses",
                "[\"c001\",\"u999\"]",
                cookie(USER),
                TEXT,
                "Accept-Encoding: gzip, br",
                "Next-Action: " + CourseAction.JOIN_COURSE.id());
        assertEquals("text/x-component", response.field("content-type"));
        assertEquals("gzip", response.field("content-encoding"));
        assertEquals("chunked", response.field("transfer-encoding"));
        assertEquals("[[],0,0]", response.field("x-action-revalidated"));
        assertEquals("no-cache, no-store, max-age=0, must-revalidate", response.field("cache-control"));
        String text = new String(
                new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(text.matches("(?s)0:\\{.*}\n1:\\{\"success\":false}\n"), text);
    }

    @Test
    void unknownActionGetsThePage() {
        RawHttp.Response response = rig.send(
                "POST", "/user/courses", "[\"c001\",\"u011\"]", cookie(USER), TEXT, "Next-Action: " + "0".repeat(42));
        assertEquals(200, response.status());
        assertTrue(response.field("content-type").startsWith("text/html"));
        assertTrue(response.field("cache-control").contains("no-store"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"not json", "{\"a\":1}", "[1", "[] []"})
    void malformedActionIsAServerError(String body) {
        RawHttp.Response response = action(CourseAction.JOIN_COURSE, "/user/courses", body, USER);
        assertEquals(500, response.status());
        assertTrue(response.text().startsWith("1:E{"), response.text());
    }

    @Test
    void actionFromAnotherSiteIsRefused() {
        String id = "Next-Action: " + CourseAction.JOIN_COURSE.id();
        assertEquals(500, originated("http://evil.example", id).status());
        assertEquals(200, originated("http://course.example", id).status());
        assertEquals(
                200,
                originated("https://outside.example", id, "X-Forwarded-Host: outside.example")
                        .status());
    }

    @Test
    void actionOnAnApiRouteIsNotOne() {
        assertEquals(
                405,
                action(CourseAction.JOIN_COURSE, "/api/user/courses", "[]", USER)
                        .status());
    }

    @Test
    void postThatIsNoWriteWritesNothing() {
        Statements.Count before = rig.statements();
        assertEquals(
                200,
                rig.send("POST", "/api/ai/context", "{\"page\":\"/\"}", cookie(USER))
                        .status());
        assertEquals(before, rig.statements());
    }

    @Test
    void clientThatLeavesRightAfterSendingHasWritten() throws Exception {
        long users = totalUsers("c004");
        String user = CourseSeed.standard().users().stream()
                .map(CourseSeed.User::id)
                .filter(id -> !CourseSeed.standard().enrolled(id, "c004"))
                .findFirst()
                .orElseThrow();
        rig.backend().slowness(Slowness.NONE.withWrites(Duration.ofMillis(200)));
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), rig.backend().port())) {
            socket.getOutputStream()
                    .write(RawHttp.request(
                            "POST",
                            "/user/courses",
                            "[\"c004\",\"" + user + "\"]",
                            cookie(USER),
                            "Next-Action: " + CourseAction.JOIN_COURSE.id()));
        } finally {
            eventually(() -> totalUsers("c004") == users + 1);
            rig.backend().slowness(Slowness.NONE);
        }
    }

    private static RawHttp.Response originated(String origin, String... fields) {
        String[] all = Arrays.copyOf(fields, fields.length + 2);
        all[fields.length] = "Origin: " + origin;
        all[fields.length + 1] = cookie(USER);
        return rig.send("POST", "/user/courses", "[\"c001\",\"u999\"]", all);
    }

    private static RawHttp.Response action(CourseAction action, String page, String body, String userId) {
        return rig.send("POST", page, body, cookie(userId), TEXT, "Next-Action: " + action.id());
    }

    private static JsonNode result(RawHttp.Response response) {
        assertEquals(200, response.status());
        return CourseRig.json(response.text()
                .lines()
                .filter(line -> line.startsWith("1:"))
                .findFirst()
                .orElseThrow()
                .substring(2));
    }

    private static void assertRefused(RawHttp.Response response) {
        assertEquals("{\"success\":false}", result(response).toString());
    }

    private static long totalUsers(String courseId) {
        return rig.json("/api/user/courses/" + courseId, USER)
                .path("course")
                .path("totalUsers")
                .asLong();
    }

    private static boolean listed(String userId, String courseId) {
        for (JsonNode course : rig.json("/api/user/courses?limit=1000", userId).path("courses")) {
            if (course.path("id").asText().equals(courseId)) {
                return course.path("alreadyJoined").asBoolean();
            }
        }
        throw new AssertionError(courseId + " is not in the list");
    }

    private static String progress(String userId, String lessonId) {
        for (JsonNode lesson :
                rig.json("/api/user/courses/c001/lessons?limit=100", userId).path("lessons")) {
            if (lesson.path("id").asText().equals(lessonId)) {
                return lesson.path("progress").asText();
            }
        }
        throw new AssertionError(lessonId + " is not in the list");
    }

    private static void eventually(BooleanSupplier condition) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not within 30 s");
        }
    }
}
