package dev.larder.suite;

import static dev.larder.rig.Attack.ask;
import static dev.larder.rig.Attack.get;
import static dev.larder.rig.Attack.withBody;

import dev.larder.rig.Attack;
import dev.larder.rig.Attack.Asked;
import dev.larder.rig.TruthRig;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What no key holds changes nobody's answer but that of whoever sent it. */
class PrivateFieldsTest {

    private static final String PATH = "/p/{u}/item";
    private static final Asked VICTIM = get(PATH);

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
    @MethodSource({"believed", "owned", "methods", "bodies", "conditions", "negotiation", "credentials", "others"})
    void theBackendAloneWouldHaveSaidThat(Attack attack) throws Exception {
        rig.withstands(attack);
    }

    /** Fields that backends believe: the backend answers whoever sends them. */
    static Stream<Attack> believed() {
        return Stream.of(
                        "X-Host: evil.test",
                        "x-host: evil.test",
                        "X-HOST: a.test",
                        "X-Host:",
                        "X-Original-URL: /admin/1/item",
                        "X-Original-URL: /p/other/item",
                        "X-Rewrite-URL: /p/other/item",
                        "X-HTTP-Method-Override: DELETE",
                        "X-HTTP-Method-Override: HEAD",
                        "X-HTTP-Method-Override: get",
                        "x-http-method-override: PURGE",
                        "X-Method-Override: POST",
                        "X-HTTP-Method: PUT",
                        "X-Forwarded-Prefix: /evil",
                        "X-Forwarded-Path: /evil")
                .map(field -> Attack.of("field " + field, VICTIM, get(PATH, field)));
    }

    /** Fields that a proxy owns: from a visitor they count as if they were not there. */
    static Stream<Attack> owned() {
        return Stream.of(
                        "X-Forwarded-Host: evil.test",
                        "x-forwarded-host: evil.test",
                        "X-Forwarded-Proto: https",
                        "X-Forwarded-Proto: javascript",
                        "X-Forwarded-For: 10.0.0.1",
                        "X-Forwarded-Port: 8443",
                        "X-Real-IP: 10.0.0.1",
                        "Forwarded: for=10.0.0.1;host=evil.test;proto=https",
                        "X-Forwarded-Scheme: https",
                        "X-Forwarded-Ssl: on",
                        "X-Url-Scheme: https",
                        "Front-End-Https: on",
                        "X-Original-Host: evil.test",
                        "X-Forwarded-Server: evil.test")
                .map(field ->
                        Attack.of("field " + field, VICTIM, get(PATH, field).unjudged(), VICTIM));
    }

    static Stream<Attack> methods() {
        Stream<Attack> others = Stream.of(
                        "HEAD",
                        "OPTIONS",
                        "TRACE",
                        "get",
                        "Get",
                        "head",
                        "POST",
                        "PUT",
                        "PATCH",
                        "DELETE",
                        "PROPFIND",
                        "PURGE",
                        "BAN",
                        "LINK",
                        "GETX",
                        "QUERY")
                .map(method -> Attack.of("method " + method, VICTIM, ask(method, PATH)));
        return Stream.concat(
                others,
                Stream.of("HEAD", "get", "POST")
                        .map(method -> Attack.of(
                                "method " + method + " of a visitor",
                                get("/mine/{u}/item", "Cookie: sid=user-1"),
                                ask(method, "/mine/{u}/item", "Cookie: sid=user-2"),
                                ask(method, "/mine/{u}/item"))));
    }

    /** A body on a request that no server expects one of: some read parameters from it. */
    static Stream<Attack> bodies() {
        return Stream.of(
                Attack.of("fat GET", VICTIM, withBody("GET", PATH, "page=3", "Content-Length: 6")),
                Attack.of(
                        "fat GET, a form",
                        VICTIM,
                        withBody(
                                "GET",
                                PATH,
                                "page=3",
                                "Content-Type: application/x-www-form-urlencoded",
                                "Content-Length: 6")),
                Attack.of(
                        "fat GET in chunks",
                        VICTIM,
                        withBody("GET", PATH, "6\r\npage=3\r\n0\r\n\r\n", "Transfer-Encoding: chunked")),
                Attack.of(
                        "GET with no chunk", VICTIM, withBody("GET", PATH, "0\r\n\r\n", "Transfer-Encoding: chunked")),
                Attack.of("GET of length 0", VICTIM, withBody("GET", PATH, "", "Content-Length: 0")),
                Attack.of("fat HEAD", VICTIM, withBody("HEAD", PATH, "page=3", "Content-Length: 6")),
                Attack.of(
                        "fat GET of a visitor",
                        get("/mine/{u}/item", "Cookie: sid=user-1"),
                        withBody("GET", "/mine/{u}/item", "id=2", "Cookie: sid=user-1", "Content-Length: 4"),
                        withBody("GET", "/mine/{u}/item", "id=2", "Cookie: sid=user-2", "Content-Length: 4")),
                Attack.of(
                        "fat GET and a parameter",
                        get(PATH + "?page=2"),
                        withBody("GET", PATH + "?page=2", "page=3", "Content-Length: 6")));
    }

    /** Conditions and ranges are between one visitor and the backend. Caches may leave If-Match to the origin. */
    static Stream<Attack> conditions() {
        return Stream.of(
                        "If-None-Match: *",
                        "If-None-Match: \"x\"",
                        "If-None-Match: W/\"x\"",
                        "If-Modified-Since: Sun, 22 Nov 2026 00:00:00 GMT",
                        "If-Modified-Since: Sun, 22 Nov 2099 00:00:00 GMT",
                        "If-Unmodified-Since: Sun, 22 Nov 1999 00:00:00 GMT",
                        "If-Match: *",
                        "If-Match: \"x\"",
                        "Range: bytes=0-3",
                        "Range: bytes=4-1",
                        "Range: bytes=0-3,5-7",
                        "Range: bytes=-0",
                        "Range: lines=0-3",
                        "Range: bytes=999999-",
                        "If-Range: \"x\"")
                .flatMap(field -> Stream.of(
                        Attack.of("condition " + field, VICTIM, get(PATH, field).unjudged(), VICTIM),
                        Attack.of(
                                "condition of a visitor " + field,
                                get("/mine/{u}/item", "Cookie: sid=user-1"),
                                get("/mine/{u}/item", "Cookie: sid=user-1", field)
                                        .unjudged(),
                                get("/mine/{u}/item", "Cookie: sid=user-2"))));
    }

    static Stream<Attack> negotiation() {
        Stream<Attack> languages = Stream.of("de", "DE", "de,en", "de, en", "en,de", "*", "de;q=0", "\"de\"", "")
                .map(language -> Attack.of(
                        "language " + language,
                        get(PATH, "Accept-Language: de"),
                        get(PATH, "Accept-Language: " + language),
                        VICTIM));
        Stream<Attack> manyLines = Stream.of(Attack.of(
                "language twice",
                get(PATH, "Accept-Language: de"),
                get(PATH, "Accept-Language: de", "Accept-Language: en"),
                get(PATH, "Accept-Language: en", "Accept-Language: de")));
        Stream<Attack> meaningless = Stream.of(
                        "Accept-Encoding: gzip",
                        "Accept-Encoding: identity;q=0",
                        "Accept: text/plain",
                        "Accept: */*;q=0",
                        "Accept-Charset: utf-16",
                        "User-Agent: <script>",
                        "Referer: http://evil.test/",
                        "Origin: http://evil.test",
                        "Cache-Control: no-cache",
                        "Cache-Control: no-store",
                        "Cache-Control: only-if-cached",
                        "Cache-Control: max-stale",
                        "Pragma: no-cache",
                        "TE: trailers",
                        "Via: 1.1 larder",
                        "Max-Forwards: 0",
                        "Expect: 100-continue",
                        "Connection: keep-alive, X-Device",
                        "Connection: Cookie, Accept-Language",
                        "Connection: Host",
                        "Upgrade-Insecure-Requests: 1",
                        "Prefer: return=minimal",
                        "DNT: 1",
                        "Surrogate-Capability: x")
                .map(field -> Attack.of(
                        "field " + field, VICTIM, get(PATH, field).unjudged(), get(PATH, "Accept-Language: de")));
        return Stream.of(languages, manyLines, meaningless).flatMap(each -> each);
    }

    /** On a route for everybody nobody's credential reaches the backend, and nobody's answer depends on it. */
    static Stream<Attack> credentials() {
        return Stream.of(
                        List.of("Cookie: sid=boss-1"),
                        List.of("Cookie: sid=nobody"),
                        List.of("Cookie: sid=boss-1; sid=user-1"),
                        List.of("Cookie: ;;;"),
                        List.of("Cookie:"),
                        List.of("Authorization: Bearer x"),
                        List.of("Authorization: Basic eDp5"),
                        List.of("Authorization:"),
                        List.of("Proxy-Authorization: Basic eDp5"),
                        List.of("Cookie: sid=boss-1", "Authorization: Bearer x"))
                .map(lines -> Attack.of("credentials " + lines, VICTIM, get(PATH, lines.toArray(new String[0]))));
    }

    static Stream<Attack> others() {
        String[] many = Stream.iterate(0, i -> i + 1)
                .limit(60)
                .map(i -> "X-Filler-" + i + ": " + "y".repeat(50))
                .toArray(String[]::new);
        String[] twice = Arrays.copyOf(new String[] {"X-Device: a", "x-device: b"}, 2);
        return Stream.of(
                Attack.of("many fields", VICTIM, get(PATH, many)),
                Attack.of("a field that no key names", get("/h/{u}/item", "X-Device: a"), get("/h/{u}/item", twice)),
                Attack.of(
                        "HTTP/1.0",
                        VICTIM,
                        new Asked("GET /p/{u}/item HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n", true)));
    }
}
