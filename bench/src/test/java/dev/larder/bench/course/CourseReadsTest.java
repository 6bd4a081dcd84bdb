package dev.larder.bench.course;

import static dev.larder.bench.course.CourseRig.ADMIN;
import static dev.larder.bench.course.CourseRig.USER;
import static dev.larder.bench.course.CourseRig.cookie;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class CourseReadsTest {
    @RegisterExtension
    static final CourseRig rig = new CourseRig();

    @ParameterizedTest
    @CsvSource({
        "/api/public/lessons,                     u011,  2, 0, 12000",
        "/api/user/courses,                       u011,  5, 2,  1800",
        "/api/admin/courses,                      u001,  4, 2,  1500",
        "/api/admin/courses/c001/lessons,         u001,  4, 2, 14000",
        "/api/admin/courses/c001,                 u001,  4, 2,   400",
        "/api/user/courses/c001,                  u011,  4, 2,   300",
        "/api/admin/courses/c001/lessons/l001-01, u001,  3, 2,  2600",
        "/api/admin/courses/c001/participants,    u001,  5, 2,  1600",
        "/api/user/courses/c001/participants,     u011,  5, 2,  1400",
        "/api/user/courses/c001/lessons,          u011, 10, 2,   600",
    })
    void everyReadRouteSendsItsStatementsAndAnswersAsThePlatformDoes(
            String target, String userId, long statements, long sessionStatements, int bytes) {
        Statements.Count before = rig.statements();
        RawHttp.Response response = rig.get(target, cookie(userId), "Accept-Encoding: gzip");
        assertEquals(
                new Statements.Count(statements, sessionStatements),
                rig.statements().since(before));
        assertEquals(200, response.status());
        assertEquals(List.of("vary", "content-type", "Date", "Connection", "Transfer-Encoding"), response.names());
        assertEquals("application/json", response.field("content-type"));
        assertEquals(
                "RSC, Next-Router-State-Tree, Next-Router-Prefetch, Next-Router-Segment-Prefetch",
                response.field("vary"));
        assertTrue(
                Math.abs(response.body().length - bytes) <= bytes * 0.25,
                () -> target + " has " + response.body().length + " bytes; expected about " + bytes);
    }

    @Test
    void persistentConnectionsAreOfferedForFiveSeconds() throws Exception {
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), rig.backend().port())) {
            socket.setSoTimeout(10_000);
            String request = "GET /api/public/lessons HTTP/1.1\r\nHost: course.example\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            long start = System.nanoTime();
            RawHttp.Response response = RawHttp.parse(socket.getInputStream().readAllBytes(), false);
            assertEquals("timeout=5", response.field("keep-alive"));
            assertEquals("keep-alive", response.field("connection"));
            assertTrue(System.nanoTime() - start > 4_000_000_000L, "closed too early");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', ?page=1&limit=5&search=",
        "'', ?limit=5&page=1",
        "'', ?page=01",
        "'', ?page=1abc",
        "'', ?page=1e3",
        "'', ?page=1&page=7",
        "'', ?debug=1&utm_source=x",
        "'', ?page=&limit=",
        "?search=JAVA, ?search=java",
        "?search=for+Beginners, ?search=for%20beginners",
        "?search=%6Aava, ?search=java",
    })
    void queriesThatThePlatformTakesForTheSameGiveTheSame(String one, String other) {
        String path = "/api/user/courses";
        String body = rig.get(path + one, cookie(USER)).text();
        assertEquals(body, rig.get(path + other, cookie(USER)).text());
        assertFalse(CourseRig.json(body).path("courses").isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"'', ?page=2", "'', ?limit=6", "'', ?search=java", "?search=a%2Bb, ?search=java"})
    void queriesThatDifferGiveSomethingElse(String one, String other) {
        String path = "/api/user/courses";
        assertNotEquals(
                rig.get(path + one, cookie(USER)).text(),
                rig.get(path + other, cookie(USER)).text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"page=0", "page=-1", "page=abc", "limit=x"})
    void numbersOutOfBoundsAreServerErrors(String query) {
        assertEquals(500, rig.get("/api/user/courses?" + query, cookie(USER)).status());
        assertEquals(500, rig.get("/api/public/lessons?" + query).status());
    }

    @Test
    void hugeLimitGivesEverything() {
        assertEquals(
                240,
                rig.json("/api/user/courses?limit=100000", USER).path("courses").size());
    }

    @Test
    void unknownCourseIsAnsweredWith200AndNoUsers() {
        for (String id : List.of("c999", "%63001")) {
            assertEquals(
                    "{\"course\":{\"totalUsers\":0}}",
                    rig.get("/api/admin/courses/" + id, cookie(ADMIN)).text());
            assertEquals(
                    "{\"course\":{\"totalUsers\":0}}",
                    rig.get("/api/user/courses/" + id, cookie(USER)).text());
            assertTrue(rig.json("/api/admin/courses/" + id + "/lessons", ADMIN)
                    .path("lessons")
                    .isEmpty());
            assertTrue(rig.json("/api/user/courses/" + id + "/participants", USER)
                    .path("participants")
                    .isEmpty());
        }
    }

    @Test
    void unknownLessonIsAServerError() {
        assertEquals(
                500,
                rig.get("/api/admin/courses/c001/lessons/l999-01", cookie(ADMIN))
                        .status());
        assertEquals(
                500,
                rig.get("/api/admin/courses/c002/lessons/l001-01", cookie(ADMIN))
                        .status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/admin/courses",
                "/api/admin/courses/c001",
                "/api/admin/courses/c001/lessons",
                "/api/admin/courses/c001/lessons/l001-01",
                "/api/admin/courses/c001/participants",
                "/api/user/courses",
                "/api/user/courses/c001",
                "/api/user/courses/c001/lessons",
                "/api/user/courses/c001/participants",
            })
    void wrongRoleIsUnauthorizedAndNobodyIsSentHome(String target) {
        String wrong = target.startsWith("/api/admin") ? USER : ADMIN;
        RawHttp.Response refused = rig.get(target, cookie(wrong));
        assertEquals(401, refused.status());
        assertEquals("Unauthorized", refused.text());
        assertTrue(refused.field("content-type").startsWith("text/plain"));
        for (String[] fields : new String[][] {
            {}, {"Cookie: next-auth.session-token=s-nobody"}, {"Cookie: next-auth.session-token=s-expired"}
        }) {
            RawHttp.Response sent = rig.get(target, fields);
            assertEquals(307, sent.status());
            assertEquals("/", sent.field("location"));
            assertEquals(0, sent.body().length);
        }
    }

    @Test
    void methodsOtherThanReadingAreAnsweredAsThePlatformDoes() {
        RawHttp.Response head = rig.send("HEAD", "/api/public/lessons", "");
        assertEquals(200, head.status());
        assertEquals(0, head.body().length);
        assertEquals(204, rig.send("OPTIONS", "/api/user/courses", "").status());
        assertEquals(405, rig.send("PUT", "/api/user/courses", "x").status());
        assertEquals(
                405,
                rig.send("DELETE", "/api/user/courses/c001", "", cookie(USER)).status());
        assertEquals(404, rig.get("/api/nothing/here").status());
    }

    @ParameterizedTest
    @CsvSource({
        "/api/user/courses/, /api/user/courses",
        "//api/user/courses, /api/user/courses",
        "/api//user/courses?page=2, /api/user/courses?page=2",
        "/user/courses/?x=1, /user/courses?x=1",
    })
    void doubledAndTrailingSlashesAreRedirected(String target, String location) {
        RawHttp.Response response = rig.get(target, cookie(USER));
        assertEquals(308, response.status());
        assertEquals(location, response.field("location"));
        assertEquals(
                308,
                rig.send("POST", target, "[]", cookie(USER), "Next-Action: 60").status());
    }

    @Test
    void answersDifferByWhoAsks() {
        assertNotEquals(
                alreadyJoined(USER),
                alreadyJoined("u012"),
                "two users who joined the very same courses: choose others");
        assertNotEquals(rig.json("/api/admin/courses", ADMIN), rig.json("/api/admin/courses", "u002"), "own courses");
        String forAdmin =
                rig.get("/api/admin/courses/c001/participants", cookie(ADMIN)).text();
        String forUser =
                rig.get("/api/user/courses/c001/participants", cookie(USER)).text();
        assertTrue(forAdmin.contains("@example.org"));
        assertFalse(forUser.contains("@"));
        CourseSeed.Progress some = CourseSeed.standard().progress().get(0);
        String course = "c" + some.lessonId().substring(1, 4);
        JsonNode lessons = rig.json("/api/user/courses/" + course + "/lessons?limit=100", some.userId());
        Set<String> states = new TreeSet<>();
        lessons.path("lessons")
                .forEach(lesson -> states.add(lesson.path("progress").asText()));
        assertEquals(Set.of("COMPLETED", "IN_PROGRESS", "NOT_STARTED"), states);
    }

    private static List<String> alreadyJoined(String userId) {
        return rig.json("/api/user/courses?limit=240", userId).path("courses").findValuesAsText("alreadyJoined");
    }
}
