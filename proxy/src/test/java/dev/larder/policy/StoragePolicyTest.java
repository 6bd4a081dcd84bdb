package dev.larder.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.http.StoredHead;
import dev.larder.rules.Rules;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StoragePolicyTest {

    private static final Rules.Ttl FIVE_MINUTES = new Rules.Ttl.Fixed(Duration.ofMinutes(5));
    private static final Rules.Ttl ORIGIN = new Rules.Ttl.Origin();

    private static Storage judge(Rules.Route route, String request, int status, String response, boolean identified) {
        return StoragePolicy.judge(
                Heads.get(request), Heads.response(status, response), route, identified, Heads.ASKED, Heads.ARRIVED);
    }

    private static String verdict(Storage storage) {
        if (storage instanceof Storage.Skip skip) {
            return skip.reason().token();
        }
        StoredHead head = ((Storage.Store) storage).head();
        return head.lifetime().toSeconds() + " " + head.staleWhileRevalidate().toSeconds() + " "
                + head.staleIfError().toSeconds();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                // The rule's own windows are 10 s and 30 s; lifetimes in seconds.
                "200; ''; 300 10 30",
                "200; Cache-Control: max-age=5; 300 10 30",
                "200; Cache-Control: max-age=0, must-revalidate; 300 10 30",
                "200; Expires: 0; 300 10 30",
                "404; ''; 7 10 30",
                "500; ''; status",
                "301; ''; status",
                "304; ''; status",
                "206; ''; partial",
                "200; Content-Range: bytes 0-1/2; partial",
                // RFC 9111 section 5.2.2; a forced lifetime loses to all of these
                "200; Cache-Control: no-store; no-store",
                "200; Cache-Control: private; private",
                "200; 'Cache-Control: private=\"set-cookie\"'; private",
                "200; Cache-Control: no-cache; no-cache",
                "200; 'Cache-Control: no-cache=\"x\"'; no-cache",
                "200; 'Cache-Control: max-age=9, private, no-store'; no-store",
                "200; Set-Cookie: a=b; set-cookie",
                "200; Set-Cookie2: a=b; 300 10 30",
                // a prohibition in any field, since the origin is not asked again within a lifetime of the rule's
                "200; CDN-Cache-Control: no-store; no-store",
                "200; CDN-Cache-Control: max-age=9 | Cache-Control: private; private",
                "200; Surrogate-Control: no-store; no-store",
                "404; Cache-Control: no-store; no-store",
                // RFC 9110 section 12.5.5
                "200; Vary: *; vary-star",
                "200; 'Vary: Accept, *'; vary-star",
                "200; 'Vary: Cookie, *'; vary-star",
                "200; 'Vary: accept, cookie'; vary-credential",
                "200; Vary: Authorization; vary-credential",
                "200; Vary: RSC; 300 10 30"
            })
    void ruleLifetime(int status, String response, String expected) {
        assertEquals(expected, verdict(judge(Heads.route(FIVE_MINUTES), "", status, response, false)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "200; Cache-Control: max-age=5; 5 10 30",
                "200; 'Cache-Control: max-age=5, stale-while-revalidate=1, stale-if-error=2'; 5 1 2",
                "200; 'Cache-Control: s-maxage=5, stale-if-error=2'; 5 0 0",
                "200; 'Cache-Control: max-age=5, must-revalidate'; 5 0 0",
                "200; 'Cache-Control: max-age=5, proxy-revalidate'; 5 0 0",
                "200; Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT; 360 10 30",
                "404; Cache-Control: max-age=5; 7 10 30",
                // never fresh, but of use
                "200; ETag: \"a\"; 0 10 30",
                "200; 'Cache-Control: max-age=0, must-revalidate | ETag: \"a\"'; 0 0 0",
                "200; Cache-Control: max-age=0; 0 10 30",
                // never fresh and of no use
                "200; 'Cache-Control: max-age=0, must-revalidate'; ttl-zero",
                "200; 'Cache-Control: must-revalidate'; no-lifetime",
                // RFC 9111 section 5.2.2.4: to be validated on every use, which needs a validator
                "200; Cache-Control: no-cache | ETag: \"a\"; 0 0 0",
                "200; 'Cache-Control: no-cache, max-age=9 | ETag: \"a\"'; 0 0 0",
                "200; 'Cache-Control: no-cache=\"x\", max-age=9 | ETag: \"a\"'; 0 0 0",
                "200; 'Cache-Control: no-cache, max-age=9'; no-cache",
                // RFC 9111 section 5.1: what is no number is ignored, and of a list the first member counts
                "200; Cache-Control: max-age=5 | Age: 0; 5 10 30",
                "200; Cache-Control: max-age=5 | Age: x; 5 10 30",
                "200; Cache-Control: max-age=5 | Age: -1; 5 10 30",
                "200; Cache-Control: max-age=5 | Age:; 5 10 30",
                "200; 'Cache-Control: max-age=5 | Age: 0,7200'; 5 10 30",
                "200; 'Cache-Control: max-age=5 | Age: 0, 7200'; 5 10 30",
                "200; 'Cache-Control: max-age=5 | Age: , 0'; 5 10 30",
                "200; 'Cache-Control: max-age=5 | Age: x, 7200'; 5 10 30",
                // and more strictly: what may be any age is stale
                "200; 'Cache-Control: max-age=5 | Age: 0, 0'; 0 10 30",
                "200; 'Cache-Control: max-age=5 | Age: 0,0'; 0 10 30",
                "200; Cache-Control: max-age=5 | Age: 0 | Age: 0; 0 10 30",
                "200; Cache-Control: max-age=5 | Age: 0 | Age: 7200; 0 10 30",
                "200; Cache-Control: max-age=5 | Age: 1.0; 0 10 30",
                "200; 'Cache-Control: max-age=5 | Age: 1;a=b'; 0 10 30",
                "200; 'Cache-Control: max-age=5 | Age: 1x, 0'; 0 10 30",
                // RFC 9110 section 14.4
                "200; Content-Range: bytes 0-1/2 | Cache-Control: max-age=5; 5 10 30",
                "206; Content-Range: bytes 0-1/2 | Cache-Control: max-age=5; partial",
                // RFC 9213 section 2.2, but what Cache-Control forbids stays forbidden
                "200; 'CDN-Cache-Control: max-age=7 | Cache-Control: max-age=5'; 7 10 30",
                "200; CDN-Cache-Control: max-age=7 | Cache-Control: no-store; no-store",
                "200; CDN-Cache-Control: max-age=7 | Cache-Control: private; private",
                "200; 'CDN-Cache-Control: max-age=7 | Cache-Control: private=\"x\"'; private",
                "200; CDN-Cache-Control: max-age=7 | Cache-Control: no-cache; no-cache",
                "200; CDN-Cache-Control: max-age=7 | Cache-Control: no-cache | ETag: \"a\"; 0 0 0",
                "200; CDN-Cache-Control: max-age=7 | Cache-Control: must-revalidate; 7 10 30",
                "200; CDN-Cache-Control: max-age=7 | Expires: 0; 7 10 30",
                "200; CDN-Cache-Control: no-store | Cache-Control: max-age=5; no-store",
                "200; CDN-Cache-Control: private | Cache-Control: max-age=5; private",
                "200; 'CDN-Cache-Control: max-age=7, must-revalidate | Cache-Control: max-age=5'; 7 0 0",
                "200; CDN-Cache-Control: max-age=7 | Surrogate-Control: max-age=8; 7 10 30",
                "200; CDN-Cache-Control: &&& | Cache-Control: max-age=5; 5 10 30",
                // W3C Edge Architecture note, section 3
                "200; Surrogate-Control: max-age=7 | Cache-Control: no-store; no-store",
                "200; Surrogate-Control: max-age=7 | Cache-Control: private; private",
                "200; 'Surrogate-Control: max-age=7;larder | Cache-Control: max-age=5'; 7 10 30",
                "200; 'Surrogate-Control: max-age=7;other | Cache-Control: max-age=5'; 5 10 30",
                "200; Surrogate-Control: no-store | Cache-Control: max-age=5; no-store",
                // for visitors, whatever field gives the lifetime
                "200; CDN-Cache-Control: max-age=7 | Set-Cookie: a=b; set-cookie",
                "200; 'Cache-Control: no-store, must-understand, max-age=5'; no-store",
                "204; Cache-Control: max-age=5; status"
            })
    void originLifetime(int status, String response, String expected) {
        assertEquals(expected, verdict(judge(Heads.route(ORIGIN), "", status, response, false)));
    }

    @Test
    void heuristicsNeedACacheableStatus() {
        Rules.Route route = Heads.route(ORIGIN, Map.of(500, Optional.empty()));
        assertEquals("no-lifetime", verdict(judge(route, "", 500, "ETag: \"a\"", false)));
        assertEquals("5 10 0", verdict(judge(route, "", 500, "Cache-Control: max-age=5", false)));
    }

    @Test
    void oldFailureStoodInForANewOne() {
        // RFC 5861 section 4 is about having something better than an error.
        Rules.Route route = Heads.route(ORIGIN, Map.of(404, Optional.empty(), 503, Optional.empty()));
        String said = "Cache-Control: max-age=5, stale-while-revalidate=1, stale-if-error=2";
        assertEquals("5 1 0", verdict(judge(route, "", 503, said, false)));
        assertEquals("5 1 2", verdict(judge(route, "", 404, said, false)));
        Rules.Route fixed = Heads.route(FIVE_MINUTES, Map.of(503, Optional.of(Duration.ofSeconds(7))));
        assertEquals("7 10 0", verdict(judge(fixed, "", 503, "", false)));
    }

    @Test
    void mustUnderstandNeedsAKnownStatus() {
        // RFC 9111 section 5.2.2.3
        Rules.Route route = Heads.route(ORIGIN, Map.of(200, Optional.empty(), 299, Optional.empty()));
        assertEquals("5 10 30", verdict(judge(route, "", 200, "Cache-Control: max-age=5, must-understand", false)));
        assertEquals("status", verdict(judge(route, "", 299, "Cache-Control: max-age=5, must-understand", false)));
        assertEquals("5 10 30", verdict(judge(route, "", 299, "Cache-Control: max-age=5", false)));
    }

    @Test
    void zeroLifetimeOfTheRuleIsNeverStored() {
        Rules.Route route = Heads.route(new Rules.Ttl.Fixed(Duration.ZERO));
        assertEquals("ttl-zero", verdict(judge(route, "", 200, "Cache-Control: max-age=5 | ETag: \"a\"", false)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                // RFC 9213 section 2.2 to the letter
                "CDN-Cache-Control: max-age=7 | Cache-Control: no-store; 7 10 30",
                "CDN-Cache-Control: max-age=7 | Cache-Control: private; 7 10 30",
                "CDN-Cache-Control: max-age=7 | Cache-Control: no-cache; 7 10 30",
                "Surrogate-Control: max-age=7 | Cache-Control: no-store; 7 10 30",
                "CDN-Cache-Control: private | Cache-Control: max-age=5; private",
                "CDN-Cache-Control: max-age=7 | Set-Cookie: a=b; set-cookie",
                "Cache-Control: no-store; no-store"
            })
    void aRuleMaySayThatATargetedFieldCountsInPlaceOfCacheControl(String response, String expected) {
        assertEquals(expected, verdict(judge(Heads.route(ORIGIN, "targeted"), "", 200, response, false)));
    }

    @ParameterizedTest(name = "{0} overridden: {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "no-store; Cache-Control: no-store; 300 10 30",
                "private; Cache-Control: private; 300 10 30",
                "no-cache; Cache-Control: no-cache; 300 10 30",
                "set-cookie; Set-Cookie: a=b; 300 10 30",
                // each by its own name only
                "no-store; 'Cache-Control: no-store, private'; private",
                "private; 'Cache-Control: private, no-cache'; no-cache",
                "no-cache; 'Cache-Control: no-cache | Set-Cookie: a=b'; set-cookie",
                "set-cookie; 'Cache-Control: no-store | Set-Cookie: a=b'; no-store",
                "private; 'Vary: Cookie'; vary-credential"
            })
    void overridesCountByName(String override, String response, String expected) {
        assertEquals(expected, verdict(judge(Heads.route(FIVE_MINUTES, override), "", 200, response, false)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"301", "302", "307", "401", "403"})
    void refusalOfOneVisitorIsTheirsAloneEvenWhereTheRuleStoresIt(int status) {
        Rules.Route route = Heads.route(FIVE_MINUTES, Map.of(status, Optional.empty()));
        assertEquals("visitor-refused", verdict(judge(route, "", status, "", true)));
        assertEquals("300 10 30", verdict(judge(route, "", status, "", false)));
    }

    @Test
    void requestDecidesAboutItselfOnly() {
        Rules.Route route = Heads.route(FIVE_MINUTES);
        assertEquals("request-no-store", verdict(judge(route, "Cache-Control: no-store", 200, "", false)));
        assertEquals("300 10 30", verdict(judge(route, "Cache-Control: no-cache", 200, "", false)));
        assertEquals("authorization", verdict(judge(route, "Authorization: Bearer x", 200, "", false)));
        assertEquals("300 10 30", verdict(judge(route, "Authorization: Bearer x", 200, "", true)));
        assertEquals(
                "method",
                verdict(StoragePolicy.judge(
                        Heads.request("HEAD", ""), Heads.response(200, ""), route, false, Heads.ASKED, Heads.ARRIVED)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''; x-theme",
                "Vary: Accept, RSC; accept,x-theme",
                "Vary: Cookie; x-theme",
                "'Vary: Cookie, *'; vary-star",
                "Vary: Authorization; vary-credential",
                "Vary: x-theme; x-theme"
            })
    void theRuleAddsToVaryAndTakesFromIt(String answer, String expected) {
        Rules.VaryRule vary = new Rules.VaryRule(Set.of("x-theme"), Set.of("rsc", "cookie"));
        Storage storage = judge(
                Heads.route(FIVE_MINUTES, Map.of(200, Optional.empty()), vary),
                "Accept: a | Cookie: c | RSC: 1",
                200,
                answer,
                true);
        String what = storage instanceof Storage.Store store
                ? String.join(",", store.head().selecting())
                : ((Storage.Skip) storage).reason().token();
        assertEquals(expected, what);
    }

    @ParameterizedTest
    @EnumSource(SkipReason.class)
    void onlyReasonsOfOneRequestSayNothingAboutTheKey(SkipReason reason) {
        boolean ofOneRequest = switch (reason) {
            case METHOD, VISITOR_REFUSED, REQUEST_NO_STORE, AUTHORIZATION -> true;
            default -> false;
        };
        assertEquals(!ofOneRequest, reason.aboutKey());
    }

    @Test
    void headIsStoredAsItCameWithoutWhatIsOfOneConnectionOrVisitor() {
        Storage storage = judge(
                Heads.route(FIVE_MINUTES, "set-cookie"),
                "Accept: a | accept: b | RSC: 1",
                200,
                "Connection: X-Hop | X-Hop: 1 | Keep-Alive: timeout=5 | Transfer-Encoding: chunked"
                        + " | Proxy-Authenticate: x | Set-Cookie: s=1 | Cache-Control: max-age=1 | Age: 3"
                        + " | Vary: Accept | X-A: 1 | X-A: 2",
                false);
        StoredHead head = assertInstanceOf(Storage.Store.class, storage).head();
        assertEquals(
                Heads.fields(
                        "Cache-Control: max-age=1 | Age: 3 | Vary: Accept | X-A: 1 | X-A: 2 | Date: " + Heads.DATE),
                head.response().fields());
        assertEquals(Heads.fields("Accept: a | accept: b"), head.varied());
        assertEquals(Heads.ASKED, head.requestTime());
        assertEquals(Heads.ARRIVED, head.responseTime());
    }

    @Test
    void ownDateStays() {
        StoredHead head = ((Storage.Store) judge(Heads.route(FIVE_MINUTES), "", 200, "Date: yesterday", false)).head();
        assertEquals("yesterday", head.response().fields().get("date"));
        assertTrue(head.varied().size() == 0);
        assertFalse(head.response().fields().contains("age"));
    }
}
