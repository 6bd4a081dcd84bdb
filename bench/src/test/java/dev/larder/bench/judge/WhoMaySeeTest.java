package dev.larder.bench.judge;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.bench.course.CourseAction;
import dev.larder.bench.course.CourseSeed;
import dev.larder.bench.course.RawHttp.Response;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody gets an answer that the backend would not have given them, whatever is stored. */
@NullUnmarked
@ExtendWith(CourseGround.class)
@ParameterizedClass
@EnumSource
class WhoMaySeeTest {
    private static final String NAME = "next-auth.session-token";

    /** What is stored for others before anybody below asks. */
    private static final List<Read> STORED = Read.ofAllRoutes("u011", "u001", "c001");

    private final CourseGround.Ground ground;
    private final Sidecar sidecar;

    WhoMaySeeTest(StoreKind store, CourseGround.Ground ground) {
        this.ground = ground;
        sidecar = Sidecar.start(store, ground);
    }

    @AfterEach
    void end() {
        sidecar.close();
    }

    static Stream<List<String>> visitors() {
        return Stream.of(
                List.of("nobody"),
                List.of("a USER", Read.cookie("s-u012")),
                List.of("an ADMIN", Read.cookie("s-u002")),
                List.of("an expired session", Read.cookie(CourseSeed.EXPIRED_SESSION)),
                List.of("an unknown session", Read.cookie("s-nobody")),
                List.of("a USER who has other cookies, too", "Cookie: theme=dark; " + NAME + "=s-u012; lang=de"),
                List.of("the other cookie's name", "Cookie: __Secure-" + NAME + "=s-u001"),
                List.of("Authorization", "Authorization: Bearer s-u001"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("visitors")
    void eachGetsWhatTheBackendAloneWouldHaveGivenThem(List<String> visitor) {
        sidecar.warm(STORED);
        String[] fields = visitor.subList(1, visitor.size()).toArray(new String[0]);
        // Twice: the second time larder may know who it is.
        for (int round = 0; round < 2; round++) {
            assertAll(STORED.stream().map(read -> () -> {
                String what = read.target() + " by " + visitor.get(0);
                Response expected = sidecar.sendToBackend("GET", read.target(), "", fields);
                Sidecar.assertSame(what, expected, sidecar.send("GET", read.target(), "", fields));
            }));
        }
    }

    @Test
    void refusalsOfOneAreNotServedToOthers() {
        for (Read read : STORED) {
            if (!read.visitor().isEmpty()) {
                sidecar.ask(read.by(""));
                sidecar.ask(read.by(read.visitor().equals("u011") ? "u002" : "u012"));
                Sidecar.assertSame(read, sidecar.askBackend(read), sidecar.ask(read));
            }
        }
    }

    @Test
    void aSessionThatWasSignedOutGetsNoMoreHits() {
        ground.restore();
        List<Read> own = Read.ofAllRoutes("u020", "u003", "c001").stream()
                .filter(read -> read.visitor().equals("u020"))
                .toList();
        sidecar.warm(own);
        Response out = sidecar.send(
                "POST",
                "/api/auth/signout",
                "csrfToken=5f1c&json=true",
                Read.cookie("s-u020"),
                "Content-Type: application/x-www-form-urlencoded");
        assertEquals(200, out.status());
        assertTrue(out.all("set-cookie").stream().anyMatch(line -> line.contains("Max-Age=0")), out.lines()::toString);
        for (Read read : own) {
            Response after = sidecar.ask(read);
            Sidecar.assertNoHit(read, after);
            assertEquals(307, after.status());
            Sidecar.assertSame(read, sidecar.askBackend(read), after);
        }
        // The others are still who they were.
        sidecar.warm(Read.userCourse("u021", "c001"));
        sidecar.assertHit(Read.userCourse("u021", "c001"));
    }

    @Test
    void aChangedRoleCountsFromTheNextReadOn() {
        ground.restore();
        Read asUser = Read.userCourse("u020", "c001");
        Read asAdmin = Read.adminCourse("u020", "c001");
        sidecar.warm(asUser);
        sidecar.warm(Read.adminCourse("u001", "c001"));
        assertEquals(401, sidecar.ask(asAdmin).status());
        changeRole("ADMIN");
        assertEquals(401, sidecar.ask(asUser).status());
        Sidecar.assertSame(asAdmin, sidecar.askBackend(asAdmin), sidecar.ask(asAdmin));
        sidecar.warm(asAdmin);
        changeRole("USER");
        assertEquals(401, sidecar.ask(asAdmin).status());
        Sidecar.assertSame(asUser, sidecar.askBackend(asUser), sidecar.ask(asUser));
    }

    private void changeRole(String role) {
        Response changed = Write.action(
                        "change a role", "/account/edit", "u020", CourseAction.CHANGE_ROLE, Write.ids("u020", role))
                .through(sidecar);
        assertEquals(200, changed.status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                NAME + "=s-u001; " + NAME + "=s-u011",
                NAME + "=s-u011; " + NAME + "=s-u001",
                NAME + "=s-u001; __Secure-" + NAME + "=s-u011",
                NAME + "=s-u001; " + NAME + ".0=x",
                NAME + ".0=s-; " + NAME + ".1=u001",
                NAME + "=s-u001; " + NAME + "XYZ=1",
                NAME + "=\"s-u001\"",
                NAME + "=s%2Du001",
                NAME + "=s-u001 ; theme=dark",
                NAME + "= s-u001",
                NAME + "=",
            })
    void aCookieInAnOddFormIsAnsweredByTheBackendAndNeverStored(String cookie) {
        // Another page of the list: nothing of it is stored yet.
        Read fresh = new Read(Read.adminCourses("u001").route(), "/api/admin/courses?page=2", "u001", "");
        sidecar.warm(Read.adminCourse("u001", "c001"));
        Response expected = sidecar.sendToBackend("GET", fresh.target(), "", "Cookie: " + cookie);
        for (int i = 0; i < 3; i++) {
            Response answer = sidecar.send("GET", fresh.target(), "", "Cookie: " + cookie);
            Sidecar.assertSame(cookie, expected, answer);
            Sidecar.assertNoHit(fresh, answer);
            assertFalse(Sidecar.parameters(answer).contains("stored"), () -> Sidecar.told(fresh, answer));
        }
        Response first = sidecar.ask(fresh);
        Sidecar.assertNoHit(fresh, first);
        Sidecar.assertSame(fresh, sidecar.askBackend(fresh), first);
        // And once it is stored, they still get the backend's own answer.
        sidecar.warm(fresh);
        Response late = sidecar.send("GET", fresh.target(), "", "Cookie: " + cookie);
        Sidecar.assertNoHit(fresh, late);
        Sidecar.assertSame(cookie, expected, late);
    }

    @Test
    void aCookieOnTwoFieldLinesIsTwoCookies() {
        Read details = Read.adminCourse("u001", "c001");
        sidecar.warm(details);
        String[] twice = {Read.cookie("s-u001"), Read.cookie("s-u011")};
        Response answer = sidecar.send("GET", details.target(), "", twice);
        Sidecar.assertNoHit(details, answer);
        Sidecar.assertSame(details, sidecar.sendToBackend("GET", details.target(), "", twice), answer);
    }

    @Test
    void theQuestionWhoSomebodyIsIsNeverStoredItself() {
        for (int i = 0; i < 3; i++) {
            Response answer = sidecar.send("GET", "/api/auth/session", "", Read.cookie("s-u011"));
            assertFalse(Sidecar.isHit(answer));
            assertEquals(
                    sidecar.sendToBackend("GET", "/api/auth/session", "", Read.cookie("s-u011"))
                            .text(),
                    answer.text());
            assertEquals(3, answer.all("set-cookie").size());
        }
    }
}
