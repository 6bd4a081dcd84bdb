package dev.larder.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.http.Target;
import dev.larder.key.Identity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteRuleTest {

    private static final Rulebook BOOK = Books.of("""
            version: 1
            identity:
              session:
                credential: { cookie: sid }
                resolve: { get: /session, claims: { id: /id, role: /role, teams: /teams }, ttl: 10s }
              machine:
                credential: { header: X-Api-Key }
                opaque: true
            defaults: { ttl: 5m, identity: session }
            routes:
              - name: open
                get: /open
                access: public
                key: { lang: cookie.lang, q: { from: query.q, default: "" } }
                query: { ignore: [utm_*, _rsc] }
              - name: lax
                get: /lax
                access: public
                key: { q: query.q }
                query: { other: ignore }
              - name: staff
                get: /staff
                access: { role: [ADMIN, EDITOR], teams: red }
              - name: mine
                get: /mine
                access: public
                key: { who: identity.id }
                store-if: { "response.body:/id": present, "response.header.X-Cache": "yes*" }
              - name: machine
                get: /machine
                access: public
                identity: machine
                key: { who: identity.id }
                store-if: { "response.header.X-Gone": absent }
            """);

    private static RouteRule route(String name) {
        return BOOK.routes().stream()
                .filter(route -> route.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static RequestHead get(String target, String... fields) {
        return new RequestHead("GET", Target.parse(target), "http", "localhost", Fields.of(fields));
    }

    private static List<String> lines(RequestHead request) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < request.fields().size(); i++) {
            lines.add(request.fields().name(i) + ": " + request.fields().value(i));
        }
        return lines;
    }

    @Test
    void fetchForEverybodyCarriesNothingOfTheVisitor() {
        RequestHead fetch = route("open")
                .fetch(
                        get(
                                "/open?utm_source=a&q=x%20y&_rsc=1",
                                "Host",
                                "localhost",
                                "cookie",
                                "sid=secret; lang=en; theme=dark",
                                "Authorization",
                                "Bearer x",
                                "x-api-key",
                                "k",
                                "Accept",
                                "a",
                                "If-None-Match",
                                "\"e\"",
                                "If-Match",
                                "\"e\"",
                                "If-Modified-Since",
                                "d",
                                "If-Unmodified-Since",
                                "d",
                                "If-Range",
                                "\"e\"",
                                "Range",
                                "bytes=0-1",
                                "accept",
                                "b"),
                        null);
        assertEquals(List.of("Host: localhost", "Accept: a", "accept: b", "Cookie: lang=en"), lines(fetch));
        assertEquals("/open?q=x%20y", fetch.target().raw());
    }

    @ParameterizedTest
    @CsvSource({"/open?utm_a=1, /open", "/open?, /open?", "/open?q=, /open?q=", "/lax?x=1&q=%7E&y=2, /lax?q=%7E"})
    void ignoredParametersAreNotForwardedAndOthersStayAsTheyAre(String target, String forwarded) {
        String name = target.substring(1, target.indexOf('?'));
        assertEquals(forwarded, route(name).fetch(get(target), null).target().raw());
    }

    @Test
    void fetchForSomebodyCarriesTheirCredentialAndNothingElse() {
        RequestHead request = get("/mine", "Cookie", "sid=secret; theme=dark", "X-Api-Key", "k");
        assertEquals(
                List.of("Cookie: sid=secret"), lines(route("mine").fetch(request, Map.entry("Cookie", "sid=secret"))));
        assertEquals(List.of("X-Api-Key: k"), lines(route("machine").fetch(request, Map.entry("X-Api-Key", "k"))));
    }

    @ParameterizedTest
    @CsvSource({
        "ADMIN, red, true",
        "EDITOR, red, true",
        "EDITOR, blue, false",
        "admin, red, false",
        "USER, red, false",
        "'', red, false"
    })
    void accessNeedsOneOfTheValuesOfEveryClaim(String role, String team, boolean allowed) {
        Identity identity = new Identity("session", Map.of("role", role), Map.of("teams", List.of("green", team)));
        assertEquals(allowed, route("staff").allows(identity));
    }

    @Test
    void accessIsRefusedToNobodyAndToWhoLacksAClaim() {
        assertFalse(route("staff").allows(null));
        assertFalse(route("staff").allows(new Identity("session", Map.of("role", "ADMIN"), Map.of())));
        assertTrue(route("open").allows(null));
    }

    @Test
    void identityIsNeededWhereKeyOrAccessUsesOne() {
        assertEquals(Optional.empty(), route("open").identity());
        assertEquals(Optional.of("session"), route("staff").identity());
        assertEquals(Optional.of("session"), route("mine").identity());
        assertEquals(Optional.of("machine"), route("machine").identity());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"id":1}    | yes, it is | true
            {"id":null} | yes        | false
            {}          | yes        | false
            {"id":1}    | no         | false
            no JSON     | yes        | false
            """)
    void storeIfNeedsEveryCondition(String body, String field, boolean stored) {
        RouteRule route = route("mine");
        assertTrue(route.inspectsBody());
        assertEquals(
                stored,
                route.storeIf(
                        new ResponseHead(200, "", Fields.of("X-Cache", field)), body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void storeIfOnFieldsNeedsNoBody() {
        RouteRule route = route("machine");
        assertFalse(route.inspectsBody());
        assertTrue(route.storeIf(new ResponseHead(200, "", Fields.EMPTY), new byte[0]));
        assertFalse(route.storeIf(new ResponseHead(200, "", Fields.of("X-Gone", "1")), new byte[0]));
    }
}
