package dev.larder.suite;

import static dev.larder.rig.Attack.get;

import dev.larder.rig.Attack;
import dev.larder.rig.Attack.Asked;
import dev.larder.rig.TruthRig;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However a server reads a path, nobody gets what another path holds. */
class PrivatePathsTest {

    private static final String BOSS = "Cookie: sid=boss-1";
    private static final String USER = "Cookie: sid=user-1";

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
    @MethodSource({"files", "trees", "suffixes", "identified", "forms"})
    void theBackendAloneWouldHaveSaidThat(Attack attack) throws Exception {
        rig.withstands(attack);
    }

    /** Other spellings of {@code /d/{u}/x}, or of what is beside it. */
    static Stream<Attack> files() {
        return Stream.of(
                        "%78",
                        "X",
                        "%58",
                        "x/",
                        "x//",
                        "/x",
                        "./x",
                        "../x",
                        "../{u}/x",
                        "%2e/x",
                        "%2E%2E/{u}/x",
                        "x/.",
                        "x/..",
                        "x/../x",
                        "x/%2e%2e/x",
                        "y/../x",
                        "y%2f..%2fx",
                        "..%2f{u}%2fx",
                        "..%5c{u}%5cx",
                        "x%2f",
                        "%2fx",
                        "x%5c",
                        "\\x",
                        "x\\",
                        "y\\..\\x",
                        "x;",
                        "x;a=b",
                        "x;.css",
                        ";x",
                        "x%3b",
                        "x%3Ba",
                        "x%00",
                        "x%00.css",
                        "x%00y",
                        "x%0a",
                        "x%0d%0aX:y",
                        "x%09",
                        "x%20",
                        "%20x",
                        "x+",
                        "x%2b",
                        "x%23",
                        "x%23y",
                        "x%3f",
                        "x%3fa=b",
                        "x%3F",
                        "%2578",
                        "%252e%252e%252f{u}%252fx",
                        "x%25",
                        "x%2",
                        "x%",
                        "x%zz",
                        "x%u0078",
                        "%C1%B8",
                        "%c0%ae%c0%ae/x",
                        "x%ff",
                        "%EF%BD%98",
                        "x%E2%80%8B",
                        "x%CC%81",
                        "%C3%A9",
                        "e%CC%81",
                        "%E9",
                        "x.css",
                        "x.",
                        "x...",
                        "x~",
                        "x:y",
                        "x*",
                        "%2A",
                        "*",
                        "{u}",
                        "%7Bu%7D",
                        "x!",
                        "x,y",
                        "x=y",
                        "x@y",
                        "x&y",
                        "x'y",
                        "x(y)",
                        "x$y",
                        "x|y",
                        "x%7Cy",
                        "x^y",
                        "x`y",
                        "x\"y",
                        "x<y",
                        "x?y",
                        "x??",
                        "?x",
                        "x?",
                        "x#",
                        "x#y")
                .map(file -> Attack.of("file " + file, get("/d/{u}/x"), get("/d/{u}/" + file)));
    }

    /** Where one variable takes any number of segments. */
    static Stream<Attack> trees() {
        String[][] pairs = {
            {"a/b", "a%2fb"},
            {"a/b", "a%2Fb"},
            {"a/b", "a//b"},
            {"a/b", "a/./b"},
            {"a/b", "a/c/../b"},
            {"a/b", "a\\b"},
            {"a/b", "a%5cb"},
            {"a/b", "a/b/"},
            {"a/b", "a;x/b"},
            {"a/b", "a/b;x"},
            {"a/b", "A/b"},
            {"a/b", "a/%62"},
            {"a/b", "a%252fb"},
            {"a:b", "a%3Ab"},
            {"a,b", "a%2Cb"},
            {"a/b", "a%c0%afb"},
            {"", "%2f"},
            {"", "."},
            {"", "/"},
            {"a", "a/"},
            {"a", "%61"},
            {"a%20b", "a+b"},
            {"%C3%A9", "e%CC%81"},
            {"a/b", "a%00/b"},
            {"a/b", "a%E2%88%95b"},
            {"a/b", "a%EF%BC%8Fb"},
            {"a/..b", "a/%2e.b"},
            {"a/...", "a/%2e%2e%2e"},
            {"x".repeat(600) + "/1", "x".repeat(600) + "/2"},
            {"x/".repeat(200) + "1", "x/".repeat(200) + "2"}
        };
        return Stream.of(pairs)
                .map(pair -> Attack.of(
                        "tree " + shortened(pair[0]) + " and " + shortened(pair[1]),
                        get("/e/{u}/victim"),
                        get("/e/{u}/" + pair[0]),
                        get("/e/{u}/" + pair[1])));
    }

    private static String shortened(String path) {
        return path.length() < 50 ? path : path.substring(0, 20) + "… of " + path.length();
    }

    /**
     * A path that a rule for style sheets takes, and that leads servers of some kind to somebody's own page. The rule says
     * that what ends so is for everybody, so only where it is in doubt must the backend answer itself.
     */
    static Stream<Attack> suffixes() {
        return Stream.of(
                        ";x.css",
                        ";.css",
                        "%3bx.css",
                        "%00.css",
                        "%0a.css",
                        "%23.css",
                        "%3f.css",
                        "%2f..%2fx.css",
                        "/..%2fx.css",
                        "/%2e%2e/x.css",
                        "/../x.css",
                        "%5c..%5cx.css",
                        "\\..\\x.css",
                        "//x.css",
                        "?x.css",
                        "?/x.css",
                        "%253bx.css",
                        "%2500.css",
                        "#x.css",
                        "%20.css;x")
                .map(suffix -> Attack.of(
                        "suffix " + suffix,
                        get("/mine/{u}/item", USER),
                        get("/x/..%2fmine/{u}/item" + suffix, USER),
                        get("/x/%2e%2e/mine/{u}/item" + suffix)));
    }

    /** Ways to say {@code /admin} so that the rule is another one than the backend's. */
    static Stream<Attack> identified() {
        return Stream.of(
                        "/ADMIN/{u}/item",
                        "/%61dmin/{u}/item",
                        "//admin/{u}/item",
                        "/./admin/{u}/item",
                        "/mine/../admin/{u}/item",
                        "/mine/%2e%2e/admin/{u}/item",
                        "/mine/..%2fadmin/{u}/item",
                        "/mine;/../admin/{u}/item",
                        "/admin;x/{u}/item",
                        "/admin/{u}/item;x",
                        "/admin/{u}/item/",
                        "/admin/{u}/item%00",
                        "/admin/{u}/item%2f",
                        "/admin/{u}//item",
                        "/admin/{u}/%69tem",
                        "/admin%2f{u}/item",
                        "/admin\\{u}\\item",
                        "/%2561dmin/{u}/item",
                        "/d/{u}/..%2f..%2fadmin",
                        "/d/{u}/..%2f..%2fadmin%2f{u}%2fitem",
                        "/e/{u}/../../admin/{u}/item",
                        "/e/{u}/%2e%2e/%2e%2e/admin/{u}/item",
                        "/e/{u}/..;/..;/admin/{u}/item",
                        "/e/{u}/..%5c..%5cadmin%5c{u}%5citem",
                        "/x/../admin/{u}/item;.css",
                        "/x/..%2fadmin/{u}/item%00.css",
                        "/admin/{u}/item?",
                        "/admin/{u}/item?x",
                        "/admin/{u}/item#")
                .flatMap(path -> Stream.of(
                        Attack.of("admin as " + path, get("/admin/{u}/item", BOSS), get(path, USER)),
                        Attack.of("nobody as " + path, get("/admin/{u}/item", BOSS), get(path), get(path, BOSS))));
    }

    /** Forms of a request target. */
    static Stream<Attack> forms() {
        Asked victim = get("/d/{u}/x");
        return Stream.of(
                Attack.of("absolute form", victim, get("http://a.test/d/{u}/x"), get("http://a.test/d/{u}/y")),
                Attack.of("absolute form of another host", victim, get("http://b.test/d/{u}/x", "Host: b.test")),
                Attack.of("absolute form against Host", victim, get("http://b.test/d/{u}/x")),
                Attack.of("absolute form in capitals", victim, get("HTTP://A.TEST/d/{u}/x")),
                Attack.of("absolute form with https", victim, get("https://a.test/d/{u}/x")),
                Attack.of("absolute form with somebody's name", victim, get("http://me@a.test/d/{u}/x")),
                Attack.of("absolute form without a path", victim, get("http://a.test?/d/{u}/x")),
                Attack.of("no slash", victim, get("d/{u}/x")),
                Attack.of("asterisk", victim, get("*")),
                Attack.of("scheme of its own", victim, get("file:///d/{u}/x")),
                Attack.of("authority form", victim, get("a.test:80")));
    }
}
