package dev.larder.suite;

import static dev.larder.rig.Attack.get;

import dev.larder.rig.Attack;
import dev.larder.rig.TruthRig;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose answer somebody gets is decided by the cookie that the backend reads, whichever of them that is. */
class PrivateCookiesTest {

    private static TruthRig rig;

    @BeforeAll
    static void start() {
        rig = Truth.rig();
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @ParameterizedTest
    @MethodSource("tossed")
    void nobodyGetsThePageOfAnotherSession(List<String> lines) throws Exception {
        rig.withstands(Attack.of(
                "my page with " + lines,
                get("/mine/{u}/item", "Cookie: sid=user-1"),
                get("/mine/{u}/item", lines.toArray(new String[0])),
                get("/mine/{u}/item", "Cookie: sid=user-2")));
    }

    @ParameterizedTest
    @MethodSource("tossed")
    void nobodyGetsWhatOnlyAdministratorsMaySee(List<String> lines) throws Exception {
        rig.withstands(Attack.of(
                "administrators' page with " + lines,
                get("/admin/{u}/item", "Cookie: sid=boss-1"),
                get("/admin/{u}/item", lines.toArray(new String[0])),
                get("/admin/{u}/item")));
    }

    static Stream<List<String>> tossed() {
        Stream<String> oneLine = Stream.of(
                "sid=user-1; sid=user-2",
                "sid=user-2; sid=user-1",
                "sid=boss-1; sid=user-2",
                "sid=user-2; sid=boss-1",
                "sid=user-1; sid=user-1",
                "sid=; sid=user-1",
                "sid=user-1; sid=",
                "sid=x; sid=boss-1",
                "sid=boss-1; sid=x",
                "SID=user-2; sid=user-1",
                "sid=user-1; SID=user-2",
                "Sid=boss-1",
                "sid=user-2; Sid=boss-1",
                "SID=boss-1",
                "__Secure-sid=boss-1",
                "__Host-sid=boss-1",
                "__Secure-sid=boss-1; sid=user-2",
                "sid=user-2; __Host-sid=boss-1",
                "sid.0=boss-1",
                "sid.0=boss-1; sid=user-2",
                "sid=user-2; sid.0=boss-1",
                "sidx=boss-1; sid=user-2",
                "sid=user-2; sidx=boss-1",
                "sid[]=boss-1; sid=user-2",
                "sid[x]=boss-1",
                "sid%5B%5D=boss-1; sid=user-2",
                "xsid=boss-1",
                "xsid=boss-1; sid=user-2",
                "sid_=boss-1; sid=user-2",
                "sid =boss-1",
                "sid= boss-1",
                "sid =boss-1; sid=user-2",
                "sid\t=boss-1; sid=user-2",
                " sid=boss-1",
                "sid=boss-1 ",
                "sid=\"boss-1\"",
                "sid=\"boss-1\"; sid=user-2",
                "sid=user-2; sid=\"boss-1\"",
                "sid=\"user-2; sid=boss-1\"",
                "x=\"; sid=boss-1; y=\"",
                "x=\"; sid=boss-1; y=\"; sid=user-2",
                "x=\"a; sid=boss-1",
                "sid=user-2; x=\"",
                "sid='boss-1'",
                "sid=boss%2D1",
                "sid=boss-1%00",
                "sid=boss-1%20",
                "sid=%62oss-1",
                "s%69d=boss-1",
                "s%69d=boss-1; sid=user-2",
                "sid=user-2; s%69d=boss-1",
                "%73id=boss-1; sid=user-2",
                "sid%00=boss-1; sid=user-2",
                "sid%20=boss-1; sid=user-2",
                "sid%3Dboss-1; sid=user-2",
                "sid=boss-1,sid=user-2",
                "sid=user-2,sid=boss-1",
                "sid=user-2, sid=boss-1",
                "x=y,sid=boss-1",
                "x=y,sid=boss-1; sid=user-2",
                "x=y sid=boss-1; sid=user-2",
                "sid=user-2,boss-1",
                "sid=user-2 boss-1",
                "$Version=1; sid=boss-1",
                "$Version=1; sid=user-2; $Path=/; sid=boss-1",
                "$sid=boss-1; sid=user-2",
                "sid=user-2; $Path=\"/; sid=boss-1\"",
                "sid=user-2;sid=boss-1",
                "sid=user-2;;;sid=boss-1",
                "sid=user-2 ; sid=boss-1",
                ";sid=boss-1",
                "=sid=boss-1",
                "=; sid=boss-1",
                "sid",
                "sid; sid=boss-1",
                "sid=boss-1; sid",
                "sid=",
                "sid==boss-1",
                "sid=boss-1=",
                "sid=boss-1=x",
                "sid=boss-1/",
                "sid=boss-1.",
                "sid=BOSS-1",
                "sid=boss-1\\",
                "sid=b\\oss-1",
                "sid=boss-1+",
                "sid=boss+1",
                "sid=nobody",
                "sid=" + "x".repeat(3000),
                "sid=boss-1; a=" + "x".repeat(3000),
                "sid=boss-1; " + "a=b; ".repeat(300) + "sid=user-2",
                "theme=dark; sid=boss-1; csrf=1",
                "theme=\"dark\"; sid=boss-1",
                "lang=de; sid=boss-1",
                "ſid=boss-1",
                "sid=boss‐1",
                "ＳＩＤ=boss-1",
                "s\u0131d=boss-1; sid=user-2");
        Stream<List<String>> lines = Stream.of(
                List.of("Cookie: sid=user-1", "Cookie: sid=user-2"),
                List.of("Cookie: sid=user-2", "Cookie: sid=user-1"),
                List.of("Cookie: sid=user-2", "cookie: sid=boss-1"),
                List.of("Cookie: a=b", "Cookie: sid=boss-1"),
                List.of("Cookie: sid=boss-1", "Cookie: a=b"),
                List.of("Cookie:", "Cookie: sid=boss-1"),
                List.of("Cookie: x=\"", "Cookie: sid=boss-1; y=\"; sid=user-2"),
                List.of("Cookie: sid=user-2", "Authorization: Bearer boss-1"),
                List.of("Cookie: sid=boss-1", "Authorization: Basic eDp5"),
                List.of("Cookie2: sid=boss-1"),
                List.of("X-Cookie: sid=boss-1", "Cookie: sid=user-2"),
                List.of("Cookie: sid=user-2", "Set-Cookie: sid=boss-1"),
                List.of("Cookie: sid=user-2", "X-Forwarded-User: boss-1", "Remote-User: boss-1"),
                List.of("Cookie : sid=boss-1"),
                List.of("Cookie: sid=user-2", " ; sid=boss-1"),
                List.of("Cookie: sid=user-2\0; sid=boss-1"),
                List.of("Authorization: Bearer boss-1"));
        return Stream.concat(oneLine.map(line -> List.of("Cookie: " + line)), lines);
    }
}
