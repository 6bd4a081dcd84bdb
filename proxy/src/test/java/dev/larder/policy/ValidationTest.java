package dev.larder.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.larder.http.StoredHead;
import dev.larder.rules.Rules;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidationTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                // RFC 9111 section 4.3.1
                "'ETag: \"a\" | Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT';"
                        + " 'X: 1 | If-None-Match: \"a\" | If-Modified-Since: Sun, 22 Nov 2026 11:00:00 GMT'; true",
                "ETag: W/\"a\"; X: 1 | If-None-Match: W/\"a\"; true",
                "Last-Modified: nonsense; X: 1; false",
                "''; X: 1; false"
            })
    void conditionsOfTheVisitorGiveWayToOurs(String stored, String expected, boolean hasValidator) {
        StoredHead head = Heads.stored(stored);
        assertEquals(hasValidator, Validation.hasValidator(head));
        assertEquals(
                Heads.fields(expected),
                Validation.conditional(
                                Heads.get("If-None-Match: \"mine\" | X: 1 | Range: bytes=0-1 | If-Range: \"a\""
                                        + " | if-modified-since: x | If-Match: * | If-Unmodified-Since: x"),
                                head)
                        .fields());
    }

    @ParameterizedTest(name = "{0} against {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                // RFC 9110 sections 8.8.3.2 and 13.1.2: weak comparison
                "If-None-Match: \"a\"; ETag: \"a\"; true",
                "If-None-Match: W/\"a\"; ETag: \"a\"; true",
                "If-None-Match: \"a\"; ETag: W/\"a\"; true",
                "If-None-Match: \"b\"; ETag: \"a\"; false",
                "If-None-Match: \"A\"; ETag: \"a\"; false",
                "'If-None-Match: \"b\", W/\"a\" ,\"c\"'; ETag: \"a\"; true",
                "'If-None-Match: \"b\" | If-None-Match: \"a\"'; ETag: \"a\"; true",
                "'If-None-Match: \"x,\"a\"\"'; ETag: \"a\"; false",
                "'If-None-Match: \"x, \", \"y, z\"'; 'ETag: \"y, z\"'; true",
                "'If-None-Match: \"y\"'; 'ETag: \"y, z\"'; false",
                "If-None-Match: a; ETag: \"a\"; false",
                "If-None-Match: a; ETag: a; true",
                "If-None-Match: *; ''; true",
                "If-None-Match: \"a\"; ''; false",
                "'If-None-Match:'; ETag: \"a\"; false",
                // RFC 9110 section 13.1.3: If-Modified-Since does not count beside it
                "If-None-Match: \"b\" | If-Modified-Since: Sun, 22 Nov 2026 13:00:00 GMT; ETag: \"a\"; false",
                "If-Modified-Since: Sun, 22 Nov 2026 11:00:00 GMT; Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT; true",
                "If-Modified-Since: Sun, 22 Nov 2026 10:59:59 GMT; Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT; false",
                "If-Modified-Since: nonsense; Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT; false",
                "If-Modified-Since: Sun, 22 Nov 2026 13:00:00 GMT | If-Modified-Since: x; ''; false",
                // RFC 9111 section 4.3.2: Date, then the time of arrival, stand in for Last-Modified
                "If-Modified-Since: Sun, 22 Nov 2026 11:30:00 GMT; Date: Sun, 22 Nov 2026 11:30:00 GMT; true",
                "If-Modified-Since: Sun, 22 Nov 2026 11:30:00 GMT; Date: Sun, 22 Nov 2026 11:30:01 GMT; false",
                "If-Modified-Since: Sun, 22 Nov 2026 12:00:00 GMT; ''; true",
                "If-Modified-Since: Sun, 22 Nov 2026 11:59:59 GMT; ''; false",
                "''; ETag: \"a\"; false"
            })
    void clientsConditionIsAnsweredFromStorage(String request, String stored, boolean notModified) {
        assertEquals(notModified, Validation.answersNotModified(Heads.get(request), Heads.stored(stored)));
        assertEquals(notModified, Validation.answersNotModified(Heads.request("HEAD", request), Heads.stored(stored)));
        assertEquals(false, Validation.answersNotModified(Heads.request("POST", request), Heads.stored(stored)));
    }

    @Test
    void conditionsConcernSuccessesOnly() {
        // RFC 9110 section 13.2.1
        StoredHead ok = Heads.stored("ETag: \"a\"");
        StoredHead missing = new StoredHead(
                Heads.response(404, "ETag: \"a\""),
                ok.requestTime(),
                ok.responseTime(),
                ok.varied(),
                ok.lifetime(),
                ok.staleWhileRevalidate(),
                ok.staleIfError());
        assertEquals(false, Validation.answersNotModified(Heads.get("If-None-Match: \"a\""), missing));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                // RFC 9110 section 15.4.5
                "'ETag: \"a\" | Last-Modified: x | Content-Type: t | Content-Length: 1 | Content-Encoding: gzip"
                        + " | Content-Language: en | Cache-Control: c | Content-Location: l | Date: d | Expires: e"
                        + " | Vary: v | Access-Control-Allow-Origin: * | Content-Security-Policy: p';"
                        + " 'ETag: \"a\" | Cache-Control: c | Content-Location: l | Date: d | Expires: e"
                        + " | Vary: v | Access-Control-Allow-Origin: * | Content-Security-Policy: p'",
                "Last-Modified: x | Content-Type: t; Last-Modified: x"
            })
    void notModifiedLeavesOutWhatDescribesTheRepresentation(String stored, String expected) {
        assertEquals(
                Heads.response(304, expected).fields(),
                Validation.notModified(Heads.response(200, stored)).fields());
        assertEquals(304, Validation.notModified(Heads.response(200, stored)).status());
    }

    private static Validation.Freshened freshen(String stored, String notModified, Rules.Ttl ttl) {
        return Validation.freshen(
                Heads.stored(stored, "Accept: old"),
                Heads.response(304, notModified),
                Heads.get("Accept: new"),
                Heads.route(ttl),
                false,
                Heads.ARRIVED.plusSeconds(100),
                Heads.ARRIVED.plusSeconds(101));
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = ';',
            value = {
                // RFC 9111 section 3.2: fields of the 304 replace the stored ones, all lines of a name at once
                "'ETag: \"a\" | X: 1 | X: 2 | Y: 1'; 'x: 3 | Z: 1 | Date: d'; 'ETag: \"a\" | Y: 1 | x: 3 | Z: 1 | Date: d'",
                // what describes the stored octets stays
                "'ETag: \"a\" | Content-Length: 5 | Content-Encoding: gzip | Content-Type: t';"
                        + " 'Content-Length: 0 | Content-Encoding: br | Content-Range: x | Content-Type: u | Date: d';"
                        + " 'ETag: \"a\" | Content-Length: 5 | Content-Encoding: gzip | Content-Type: u | Date: d'",
                // fields of one connection do not come in
                "ETag: \"a\"; 'Connection: X | X: 1 | Keep-Alive: k | Date: d'; 'ETag: \"a\" | Date: d'",
                // the former age is over
                "'ETag: \"a\" | Age: 500 | Date: Sun, 22 Nov 2026 11:00:00 GMT'; ''; "
                        + "'ETag: \"a\" | Date: Sun, 22 Nov 2026 12:01:41 GMT'"
            })
    void fieldsOfThe304AreTakenOver(String stored, String notModified, String expected) {
        Storage storage = freshen(stored, notModified, new Rules.Ttl.Fixed(Duration.ofMinutes(5)))
                .storage();
        StoredHead head = assertInstanceOf(Storage.Store.class, storage).head();
        assertEquals(Heads.fields(expected), head.response().fields());
        assertEquals(200, head.response().status());
        assertEquals(Duration.ofMinutes(5), head.lifetime());
        assertEquals(Heads.ARRIVED.plusSeconds(101), head.responseTime());
    }

    @Test
    void lifetimeOfTheOriginIsThatOfThe304() {
        Storage storage = freshen(
                        "ETag: \"a\" | Cache-Control: max-age=5", "Cache-Control: max-age=9", new Rules.Ttl.Origin())
                .storage();
        assertEquals(
                Duration.ofSeconds(9),
                assertInstanceOf(Storage.Store.class, storage).head().lifetime());
    }

    @Test
    void a304MayEndStorageAndItsCookieIsForTheVisitorOnly() {
        Rules.Ttl fixed = new Rules.Ttl.Fixed(Duration.ofMinutes(5));
        assertEquals(
                new Storage.Skip(SkipReason.NO_STORE),
                freshen("ETag: \"a\"", "Cache-Control: no-store", fixed).storage());
        Validation.Freshened cookie = freshen("ETag: \"a\"", "Set-Cookie: s=1", fixed);
        assertEquals(new Storage.Skip(SkipReason.SET_COOKIE), cookie.storage());
        assertEquals("s=1", cookie.response().fields().get("set-cookie"));
    }

    @Test
    void requestFieldsThatVaryNamesAreTakenAnew() {
        Storage storage = freshen("ETag: \"a\" | Vary: Accept", "", new Rules.Ttl.Fixed(Duration.ofMinutes(5)))
                .storage();
        assertEquals(
                Heads.fields("Accept: new"),
                assertInstanceOf(Storage.Store.class, storage).head().varied());
    }

    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                // RFC 9111 section 4.3.4
                "ETag: \"a\"; ETag: \"a\"; true",
                "ETag: \"a\"; ETag: W/\"a\"; true",
                "ETag: \"a\"; ETag: \"b\"; false",
                "ETag: \"a\"; ''; true",
                "Last-Modified: x; Last-Modified: x; true",
                "Last-Modified: x; Last-Modified: y; false",
                "Last-Modified: x; ''; true",
                // a validator that the stored response lacks cannot be its own
                "Last-Modified: x; ETag: \"b\"; false",
                "Last-Modified: x; ETag: \"b\" | Last-Modified: x; true",
                "Last-Modified: x; ETag: \"b\" | Last-Modified: y; false",
                "''; ''; true"
            })
    void a304IsAboutTheResponseWhoseValidatorItNames(String stored, String notModified, boolean selects) {
        assertEquals(selects, Validation.selects(Heads.stored(stored), Heads.response(304, notModified)));
    }
}
