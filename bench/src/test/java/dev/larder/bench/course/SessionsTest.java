package dev.larder.bench.course;

import static dev.larder.bench.course.CourseRig.ADMIN;
import static dev.larder.bench.course.CourseRig.USER;
import static dev.larder.bench.course.CourseRig.cookie;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class SessionsTest {
    private static final String NAME = "next-auth.session-token";

    @RegisterExtension
    static final CourseRig rig = new CourseRig();

    @Test
    void sessionRouteSaysWhoAsksAndSetsCookiesEachTime() {
        Statements.Count before = rig.statements();
        RawHttp.Response response = rig.get("/api/auth/session", cookie(ADMIN));
        assertEquals(new Statements.Count(2, 2), rig.statements().since(before));
        assertEquals(
                "{\"user\":{\"name\":\"Ada Adler\",\"email\":\"ada.adler@example.org\",\"image\":"
                        + "\"https://images.example.org/people/001/portrait-240x240.jpg\",\"id\":\"u001\",\"role\":\"ADMIN\"},"
                        + "\"expires\":\"2099-01-01T00:00:00Z\"}",
                response.text());
        assertEquals(3, response.all("set-cookie").size());
        assertEquals("", response.field("cache-control"));
        RawHttp.Response nobody = rig.get("/api/auth/session");
        assertEquals("{}", nobody.text());
        assertEquals(2, nobody.all("set-cookie").size());
    }

    /** The first column is the Cookie field; then who the session route and who the JSON routes take it for. */
    @ParameterizedTest
    @CsvSource({
        "N=s-u001,                    u001, u001",
        "N=s-u001; N=s-u002,          u001, u002",
        "N=s-u0; Nxyz=01,             u001, u001",
        "N.1=u001; N.0=s-,            u001, u001",
        "N=s%2Du001,                  u001, u001",
        "'N=\"s-u001\"',              u001, ''",
        "'a=b; N=s-u001 ; c=d',       u001, ''",
        "other=1; N=s-u001; x=2,      u001, u001",
        "M=s-u001,                    '', ''",
    })
    void cookiesAreReadInTheTwoWaysOfThePlatform(String cookies, String bySession, String byRoutes) {
        String field = "Cookie: " + cookies.replace("N", NAME);
        assertEquals(
                bySession,
                CourseRig.json(rig.get("/api/auth/session", field).text())
                        .path("user")
                        .path("id")
                        .asText());
        RawHttp.Response response = rig.get("/api/admin/courses", field);
        if (byRoutes.isEmpty()) {
            assertEquals(307, response.status());
        } else {
            assertEquals(rig.get("/api/admin/courses", cookie(byRoutes)).text(), response.text());
        }
    }

    @Test
    void cookieHasAnotherNameBehindHttps() {
        String https = "X-Forwarded-Proto: https";
        assertEquals(307, rig.get("/api/user/courses", cookie(USER), https).status());
        String secure = "Cookie: __Secure-next-auth.session-token=" + CourseSeed.sessionOf(USER);
        assertEquals(200, rig.get("/api/user/courses", secure, https).status());
        assertTrue(rig.get("/api/auth/session", secure, https)
                .field("set-cookie")
                .contains("__Secure-next-auth.session-token=" + CourseSeed.sessionOf(USER)));
        assertEquals(307, rig.get("/api/user/courses", secure).status());
    }

    @Test
    void signOutCountsAtOnce() {
        String cookie = cookie("u150");
        assertEquals(200, rig.get("/api/user/courses", cookie).status());
        RawHttp.Response out = rig.send("POST", "/api/auth/signout", "csrfToken=x&json=true", cookie);
        assertEquals(200, out.status());
        assertTrue(out.field("set-cookie").contains("next-auth.session-token=; Path=/; Max-Age=0"));
        assertEquals(307, rig.get("/api/user/courses", cookie).status());
        assertEquals("{}", rig.get("/api/auth/session", cookie).text());
    }

    @Test
    void roleChangeCountsAtOnce() {
        String cookie = cookie("u151");
        RawHttp.Response changed = rig.send(
                "POST",
                "/account/edit",
                "[\"u151\",\"ADMIN\"]",
                cookie,
                "Next-Action: " + CourseAction.CHANGE_ROLE.id());
        assertTrue(changed.text().contains("1:{\"success\":true}"), changed.text());
        assertEquals(401, rig.get("/api/user/courses", cookie).status());
        assertEquals(200, rig.get("/api/admin/courses", cookie).status());
    }
}
