package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Backend;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin.Received;
import dev.larder.rig.Until;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody gets an answer that the backend would not have given them. */
class PrivateTest {

    private static final String ADMIN = cookie("admin-1");
    private static final String OTHER_ADMIN = cookie("admin-2");
    private static final String USER = cookie("user-1");
    private static final String OTHER_USER = cookie("user-2");
    private static final String COURSE = "/api/admin/courses/7";

    private static final List<String> ROUTES = List.of(
            "/api/public/lessons",
            "/api/user/courses",
            "/api/admin/courses",
            "/api/admin/courses/7/lessons",
            "/api/admin/courses/7",
            "/api/user/courses/7",
            "/api/admin/courses/7/lessons/3",
            "/api/admin/courses/7/participants",
            "/api/user/courses/7/participants",
            "/api/user/courses/7/lessons");

    private final Backend backend = new Backend()
            .session("admin-1", "1", "ADMIN")
            .session("admin-2", "2", "ADMIN")
            .session("user-1", "11", "USER")
            .session("user-2", "12", "USER");

    static String cookie(String token) {
        return "Cookie: " + Backend.COOKIE + "=" + token;
    }

    private ProxyRig rig() {
        return Rigs.rig(Rigs.courseRules(), backend);
    }

    private static RawClient direct(ProxyRig rig) {
        return RawClient.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), rig.origin().port()));
    }

    private static boolean isHit(Answer answer) {
        return answer.cacheStatus().startsWith("larder; hit");
    }

    /** Asks until it is a hit: the first time nobody knows the visitor yet. */
    static void store(RawClient client, String target, String... fields) throws Exception {
        Until.holds("a hit for " + target, () -> isHit(client.get(target, fields)));
    }

    // ---- who may see what --------------------------------------------------------------------------------------

    @Test
    void everybodyGetsExactlyWhatTheBackendAloneWouldSay() throws Exception {
        List<List<String>> visitors = List.of(
                List.of(),
                List.of(cookie("nobody")),
                List.of(ADMIN),
                List.of(OTHER_ADMIN),
                List.of(USER),
                List.of(OTHER_USER),
                List.of("Cookie: theme=dark; " + Backend.COOKIE + "=user-2"),
                List.of("Authorization: Bearer admin-1"));
        try (ProxyRig rig = rig();
                RawClient proxy = rig.client();
                RawClient origin = direct(rig)) {
            for (String route : ROUTES) {
                store(proxy, route, route.startsWith("/api/user") ? USER : ADMIN);
            }
            for (int round = 0; round < 3; round++) {
                for (String route : ROUTES) {
                    for (List<String> visitor : visitors) {
                        String[] fields = visitor.toArray(new String[0]);
                        Answer alone = origin.get(route, fields);
                        Answer answer = proxy.get(route, fields);
                        String about = route + " for " + visitor + ": " + answer.cacheStatus();
                        assertEquals(alone.status(), answer.status(), about);
                        assertEquals(alone.text(), answer.text(), about);
                        assertEquals(
                                alone.fields().get("location"), answer.fields().get("location"), about);
                        assertFalse(answer.fields().containsKey("set-cookie"), about);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "next-auth.session-token=user-1; next-auth.session-token=admin-1",
                "next-auth.session-token=admin-1; next-auth.session-token.0=x",
                "next-auth.session-token=admin-1; next-auth.session-tokenXYZ=x",
                "next-auth.session-token=admin-1; __Secure-next-auth.session-token=admin-1",
                "next-auth.session-token=\"admin-1\"",
                "next-auth.session-token=admin%2D1"
            })
    void aCredentialThatServersReadInTheirOwnWaysIsNotCached(String cookies) throws Exception {
        try (ProxyRig rig = rig();
                RawClient proxy = rig.client();
                RawClient origin = direct(rig)) {
            store(proxy, COURSE, ADMIN);
            backend.change();
            for (int round = 0; round < 2; round++) {
                Answer answer = proxy.get(COURSE, "Cookie: " + cookies);
                assertEquals("larder; fwd=bypass; detail=ambiguous-credential", answer.cacheStatus());
                assertEquals(origin.get(COURSE, "Cookie: " + cookies).text(), answer.text());
            }
            Received last = rig.origin().received().get(rig.origin().received().size() - 2);
            assertEquals(cookies, last.fields().get("cookie"));
        }
    }

    @Test
    void aSecondCookieLineIsASecondCookie() throws Exception {
        try (ProxyRig rig = rig();
                RawClient proxy = rig.client()) {
            store(proxy, COURSE, ADMIN);
            Answer answer = proxy.get(COURSE, ADMIN, USER);
            assertEquals("larder; fwd=bypass; detail=ambiguous-credential", answer.cacheStatus());
        }
    }

    @Test
    void anEndedSessionHasHitsForNoLongerThanItsTtl() throws Exception {
        try (ProxyRig rig = rig();
                RawClient proxy = rig.client()) {
            store(proxy, COURSE, ADMIN);
            backend.end("admin-1");
            rig.clock().advance(Duration.ofMillis(10_100));
            assertEquals(307, proxy.get(COURSE, ADMIN).status());
            assertEquals(307, proxy.get(COURSE, ADMIN).status());
            store(proxy, COURSE, OTHER_ADMIN);
        }
    }

    @Test
    void sitesShareNothing() throws Exception {
        try (ProxyRig rig = rig();
                RawClient proxy = rig.client()) {
            store(proxy, "/api/public/lessons");
            proxy.send("GET /api/public/lessons HTTP/1.1\r\nHost: other.test\r\n\r\n");
            assertEquals("larder; fwd=uri-miss; stored", proxy.answer(false).cacheStatus());
        }
    }

    @Test
    void noCredentialIsSeenOnTheAdminAddress() throws Exception {
        try (ProxyRig rig = rig();
                RawClient proxy = rig.client();
                RawClient admin = RawClient.connect(rig.sidecar().adminAddress())) {
            store(proxy, COURSE, ADMIN);
            assertFalse(admin.get("/metrics").text().contains("admin-1"));
            assertFalse(admin.get("/status").text().contains("admin-1"));
        }
    }

    // ---- what is stored ----------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | Set-Cookie: a=b | set-cookie",
                "200 | Cache-Control: private | private",
                "200 | Cache-Control: max-age=60, no-store | no-store",
                "200 | Cache-Control: no-cache | no-cache",
                "200 | Vary: * | vary-star",
                "200 | Vary: Accept, Cookie | vary-credential",
                "200 | Content-Range: bytes 0-1/5 | partial",
                "206 | X: y | partial",
                "404 | X: y | status",
                "301 | Location: / | status",
                "203 | X: y | status"
            })
    void whatTheBackendForbidsOrTheRuleDoesNotNameIsNotStored(int status, String field, String detail)
            throws Exception {
        backend.on("GET /api/public/lessons", (request, exchange) -> {
            exchange.respond(status, "once", field);
            return true;
        });
        try (ProxyRig rig = rig();
                RawClient proxy = rig.client()) {
            assertEquals(
                    "larder; fwd=uri-miss; detail=" + detail,
                    proxy.get("/api/public/lessons").cacheStatus());
            assertEquals(
                    "larder; fwd=bypass; detail=not-storable",
                    proxy.get("/api/public/lessons").cacheStatus());
            assertEquals(2, rig.origin().received().size());
        }
    }

    @Test
    void anAnswerThatItsConditionsDoNotHoldForIsNotStored() throws Exception {
        backend.on("GET " + COURSE, (request, exchange) -> {
            exchange.respond(200, "{\"course\":{\"totalUsers\":0}}");
            return true;
        });
        try (ProxyRig rig = rig();
                RawClient proxy = rig.client()) {
            for (int i = 0; i < 3; i++) {
                assertFalse(isHit(proxy.get(COURSE, ADMIN)));
            }
            assertEquals(3, rig.origin().count(COURSE));
            Rigs.awaitRest(rig);
        }
    }

    private static final String NO_IDENTITIES = """
            version: 1
            routes:
              - { name: silent, get: "/silent/{id}", ttl: 60s }
              - { name: open, get: "/open/{id}", ttl: 60s, access: public }
            """;

    @Test
    void anIdentifiedRequestIsNotCachedWhereTheRuleSaysNothingOfIt() throws Exception {
        try (ProxyRig rig = Rigs.rig(NO_IDENTITIES, backend);
                RawClient proxy = rig.client()) {
            store(proxy, "/silent/1");
            store(proxy, "/open/1");
            Answer bypassed = proxy.get("/silent/1", "Authorization: Bearer x");
            assertEquals("larder; fwd=bypass; detail=credential:authorization", bypassed.cacheStatus());
            assertTrue(isHit(proxy.get("/open/1", "Authorization: Bearer x")));
            assertEquals(
                    "larder; fwd=uri-miss; stored",
                    proxy.get("/open/2", "Authorization: Bearer x").cacheStatus());
            Received fetched =
                    rig.origin().received().get(rig.origin().received().size() - 1);
            assertFalse(fetched.fields().containsKey("authorization"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Original-URL: /admin",
                "X-Rewrite-URL: /admin",
                "X-HTTP-Method-Override: DELETE",
                "X-Host: evil.test",
                "X-Forwarded-Prefix: /evil",
                "X_Original_URL: /admin",
                "x-http_method-override: DELETE"
            })
    void aFieldThatBackendsTrustAndNoKeyHoldsIsNotCached(String field) throws Exception {
        try (ProxyRig rig = Rigs.rig(NO_IDENTITIES, backend);
                RawClient proxy = rig.client()) {
            store(proxy, "/open/1");
            String name = field.replaceFirst(":.*", "").toLowerCase(Locale.ROOT).replace('_', '-');
            assertEquals(
                    "larder; fwd=bypass; detail=unkeyed-field:" + name,
                    proxy.get("/open/1", field).cacheStatus());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 3\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"})
    void aGetWithABodyIsNeitherStoredNorAnsweredFromTheStore(String bodied) throws Exception {
        try (ProxyRig rig = Rigs.rig(NO_IDENTITIES, backend);
                RawClient proxy = rig.client()) {
            for (int i = 0; i < 2; i++) {
                proxy.send("GET /open/1 HTTP/1.1\r\nHost: courses.test\r\n" + bodied);
                assertEquals(
                        "larder; fwd=bypass; detail=request-body",
                        proxy.answer(false).cacheStatus());
            }
            assertEquals("abc", rig.origin().received().get(1).text());
        }
    }

    // ---- what is fetched ---------------------------------------------------------------------------------------

    private static final String[] ALL_SORTS = {
        "Cookie: theme=dark; next-auth.session-token=admin-1; csrf=1",
        "If-None-Match: \"x\"",
        "If-Modified-Since: Sun, 22 Nov 2026 00:00:00 GMT",
        "If-Match: *",
        "If-Range: \"x\"",
        "Accept-Language: de"
    };

    @Test
    void aFetchToBeStoredCarriesOnlyWhatTheResponseMayDependOn() throws Exception {
        try (ProxyRig rig = rig();
                RawClient proxy = rig.client()) {
            // Of a visitor who is not known yet, of one who is, and on a public route.
            proxy.get("/api/admin/courses/1/lessons?_rsc=abc&page=2", ALL_SORTS);
            Until.holds("known", () -> isHit(proxy.get("/api/admin/courses/1/lessons?page=2", ADMIN)));
            proxy.get("/api/admin/courses/2/lessons?_rsc=abc&page=2", ALL_SORTS);
            proxy.get("/api/public/lessons?page=2&_rsc=abc", ALL_SORTS);
            proxy.get("/api/public/lessons?page=3", "Authorization: Bearer x", "Accept-Language: de");
            String session = Backend.COOKIE + "=admin-1";
            assertFetched(rig, "/api/admin/courses/1/lessons?page=2", session);
            assertFetched(rig, "/api/admin/courses/2/lessons?page=2", session);
            assertFetched(rig, "/api/public/lessons?page=2", null);
            assertFetched(rig, "/api/public/lessons?page=3", null);
            Received question = received(rig, "/api/auth/session");
            assertEquals(session, question.fields().get("cookie"));
            assertFalse(question.fields().containsKey("accept-language"));
        }
    }

    private static void assertFetched(ProxyRig rig, String target, String cookie) {
        Map<String, String> fields = received(rig, target).fields();
        assertEquals(cookie, fields.get("cookie"));
        assertEquals("de", fields.get("accept-language"));
        for (String dropped : List.of("authorization", "if-none-match", "if-modified-since", "if-match", "if-range")) {
            assertFalse(fields.containsKey(dropped), dropped + " reached the origin: " + fields);
        }
    }

    private static Received received(ProxyRig rig, String target) {
        return rig.origin().received().stream()
                .filter(one -> one.target().equals(target))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/admin/courses?debug=1, unnamed-query-parameter:debug",
        "/api/admin/courses?page=two, key-type:page",
        "/api/admin/courses?limit=100000, key-bounds:limit"
    })
    void whatIsNotCachedWhoeverAsksPassesAsItCame(String target, String detail) throws Exception {
        try (ProxyRig rig = rig();
                RawClient proxy = rig.client()) {
            Answer answer = proxy.get(target, ALL_SORTS);
            assertEquals("larder; fwd=bypass; detail=" + detail, answer.cacheStatus());
            Received sent = rig.origin().received().get(0);
            assertEquals(target, sent.target());
            assertEquals(
                    "theme=dark; next-auth.session-token=admin-1; csrf=1",
                    sent.fields().get("cookie"));
            assertEquals("\"x\"", sent.fields().get("if-none-match"));
            assertEquals(1, rig.origin().received().size(), "nobody needs to be asked who it is");
        }
    }

    @Test
    void aSessionWhoseSignOutMayStillBeUnderWayGetsNoHits() throws Exception {
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            store(client, COURSE, ADMIN);
            // The answer is lost, and the session lives on: it may end at any moment.
            rig.origin().script((request, exchange) -> {
                if (request.target().equals("/api/auth/signout")) {
                    exchange.reset();
                    return false;
                }
                return backend.answer(request, exchange);
            });
            assertEquals(
                    502, client.request("POST", "/api/auth/signout", "", ADMIN).status());
            for (int i = 0; i < 5; i++) {
                Answer answer = client.get(COURSE, ADMIN);
                assertEquals(200, answer.status());
                assertFalse(isHit(answer), answer.cacheStatus());
            }
            rig.clock().advance(Duration.ofSeconds(31));
            store(client, COURSE, ADMIN);
        }
    }
}
