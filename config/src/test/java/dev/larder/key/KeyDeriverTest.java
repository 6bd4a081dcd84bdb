package dev.larder.key;

import static dev.larder.key.SampleRoute.claim;
import static dev.larder.key.SampleRoute.cookie;
import static dev.larder.key.SampleRoute.header;
import static dev.larder.key.SampleRoute.path;
import static dev.larder.key.SampleRoute.query;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.Target;
import dev.larder.route.RouteTemplate;
import dev.larder.rules.Rules;
import dev.larder.rules.Rules.Many;
import dev.larder.rules.Rules.OtherQuery;
import dev.larder.rules.Rules.ValueType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyDeriverTest {

    private static final Identity ADMIN =
            new Identity("session", Map.of("id", "123", "role", "ADMIN"), Map.of("groups", List.of("b", "a")));

    private static final SampleRoute COURSES = SampleRoute.of("admin:courses", "/api/admin/courses")
            .key("adminId", claim("id").source())
            .paged();

    /** The key's text, or the reason's token and its detail. */
    private static String derive(SampleRoute route, String target, Fields fields, @Nullable Identity identity) {
        Rules.Route rule = route.build();
        RequestHead request = new RequestHead("GET", Target.parse(target), "https", "h", fields);
        Map<String, String> variables = RouteTemplate.parse(rule.template().value())
                .match(request.target().segments())
                .orElse(Map.of());
        Derivation derivation = new KeyDeriver(rule).derive(request, variables, identity);
        if (derivation instanceof Derivation.Refused refused) {
            return refused.reason().token()
                    + refused.detail().map(detail -> " " + detail).orElse("");
        }
        CacheKey key = ((Derivation.Keyed) derivation).key();
        assertEquals(rule.name().value(), key.route());
        StringBuilder text = new StringBuilder(key.route());
        key.values()
                .forEach((name, value) ->
                        text.append(':').append(name).append(':').append(value));
        assertEquals(text.toString(), key.text());
        return key.text();
    }

    private static String derive(SampleRoute route, String target) {
        return derive(route, target, Fields.EMPTY, ADMIN);
    }

    private static String derive(SampleRoute route, Fields fields) {
        return derive(route, "/x", fields, null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "search=javascript | admin:courses:adminId:123:limit:5:page:1:search:javascript",
                "limit=5&page=1&search=javascript | admin:courses:adminId:123:limit:5:page:1:search:javascript",
                "search=javascript&page=1&limit=5 | admin:courses:adminId:123:limit:5:page:1:search:javascript",
                "- | admin:courses:adminId:123:limit:5:page:1:search:",
                "search= | admin:courses:adminId:123:limit:5:page:1:search:",
                "page=2&&limit=100& | admin:courses:adminId:123:limit:100:page:2:search:",
                "search=a+b | admin:courses:adminId:123:limit:5:page:1:search:a%20b",
                "search=a%20b | admin:courses:adminId:123:limit:5:page:1:search:a%20b",
                "search=a:page:2*! | admin:courses:adminId:123:limit:5:page:1:search:a%3Apage%3A2%2A%21",
                "search=%C3%A9 | admin:courses:adminId:123:limit:5:page:1:search:%C3%A9",
                "search=%7E~ | admin:courses:adminId:123:limit:5:page:1:search:~~",
                "page=abc | key-type page",
                "page=01 | key-type page",
                "page=1e3 | key-type page",
                "page= | key-type page",
                "page=0 | key-bounds page",
                "limit=101 | key-bounds limit",
                "limit=100000 | key-bounds limit",
                "debug=1 | unnamed-query-parameter debug",
                "page=two&debug=1 | unnamed-query-parameter debug",
                "Page=1 | unnamed-query-parameter Page",
                "page[]=1 | unnamed-query-parameter page%5B%5D",
                "=1 | unnamed-query-parameter ''",
                "page=1&page=2 | ambiguous-query page",
                "page=1&page=1 | ambiguous-query page",
                "search | ambiguous-query search",
                "page=1;limit=2 | ambiguous-query",
                "page=%31 | ambiguous-query",
                "search=%zz | ambiguous-query",
                "%70age=2 | ambiguous-query"
            })
    void queryBecomesKeyOrReason(@Nullable String query, String expected) {
        String target = query == null ? "/api/admin/courses" : "/api/admin/courses?" + query;
        assertEquals(expected.replace(" ''", " "), derive(COURSES, target));
    }

    @Test
    void longSearchIsOutOfBounds() {
        assertEquals("key-bounds search", derive(COURSES, "/api/admin/courses?search=" + "a".repeat(65)));
    }

    @Test
    void routeWithoutParametersHasItsNameForAKey() {
        assertEquals("r", derive(SampleRoute.of("r", "/x"), "/x"));
        assertEquals("r", derive(SampleRoute.of("r", "/x"), "/x?"));
    }

    @ParameterizedTest
    @CsvSource({
        "/c/42/l/7, r:courseId:42:lessonId:7",
        "/c/a%20b/l/%C3%A9, r:courseId:a%20b:lessonId:%C3%A9",
        "/c/a:b/l/*, r:courseId:a%3Ab:lessonId:%2A",
        "/c/%63mdw/l/7, ambiguous-path",
        "/c/42/l/7%2f8, ambiguous-path",
        "/c/42//l/7, ambiguous-path"
    })
    void pathVariablesAreEscaped(String target, String expected) {
        SampleRoute route = SampleRoute.of("r", "/c/{courseId}/l/{lessonId}")
                .key("lessonId", path("lessonId").source())
                .key("courseId", path("courseId").source());
        assertEquals(expected, derive(route, target));
    }

    @ParameterizedTest
    @CsvSource({
        "/x?_rsc=1&utm_source=a&utm_=b, r:page:!",
        "/x?_rsc=1&_rsc=2&_rsc, r:page:!",
        "/x?utm=1, unnamed-query-parameter utm",
        "/x?_rsc2=1, unnamed-query-parameter _rsc2",
        "/x?page=1&page_x=2, r:page:1"
    })
    void ignoredParametersLeaveNoTrace(String target, String expected) {
        SampleRoute route =
                SampleRoute.of("r", "/x").key("page", query("page").source()).ignore("_rsc", "utm_*", "page*");
        assertEquals(expected, derive(route, target));
    }

    @ParameterizedTest
    @CsvSource({
        "/x, r:a:!:b:!",
        "/x?c=1&a=2, r:?c:1:a:2:b:!",
        "/x?c=1&d=2&c=3, 'r:?c:1,3:?d:2:a:!:b:!'",
        "/x?c=3&d=2&c=1, 'r:?c:3,1:?d:2:a:!:b:!'",
        "/x?c=1%2C3, r:?c:1%2C3:a:!:b:!",
        "/x?c, r:?c:!:a:!:b:!",
        "/x?c=, r:?c::a:!:b:!",
        "/x?c&c=1, 'r:?c:!,1:a:!:b:!'",
        "/x?a:1=2, r:?a%3A1:2:a:!:b:!",
        "/x?=2, r:?:2:a:!:b:!",
        "/x?%3Fa=2, r:?%3Fa:2:a:!:b:!",
        "/x?_rsc=2, r:a:!:b:!"
    })
    void unnamedParametersJoinTheKeyWhereTheRuleSaysSo(String target, String expected) {
        SampleRoute route = SampleRoute.of("r", "/x")
                .key("a", query("a").source())
                .key("b", query("b").source())
                .other(OtherQuery.KEY)
                .ignore("_rsc");
        assertEquals(expected, derive(route, target));
    }

    @Test
    void unnamedParametersAreIgnoredWhereTheRuleSaysSo() {
        SampleRoute route =
                SampleRoute.of("r", "/x").key("a", query("a").source()).other(OtherQuery.IGNORE);
        assertEquals("r:a:1", derive(route, "/x?b=1&a=1&c"));
    }

    @ParameterizedTest
    @CsvSource({
        "SORTED, /x?t=b&t=a, 'r:t:a,b'",
        "SORTED, /x?t=b&t=a&t=a, 'r:t:a,a,b'",
        "ORDERED, /x?t=b&t=a, 'r:t:b,a'",
        "ORDERED, '/x?t=a,b', 'r:t:a%2Cb'",
        "ORDERED, /x?t=a, r:t:a",
        "ORDERED, /x?t=, r:t:",
        "ORDERED, /x?t=&t=, 'r:t:,'",
        "ORDERED, /x, r:t:!",
        "ORDERED, /x?t=A&t=b, 'r:t:a,b'",
        "SORTED, /x?t=B&t=a, 'r:t:a,b'",
        "SORTED, /x?t=toolong&t=a, key-bounds t",
        "SORTED, /x?t&t=a, ambiguous-query t"
    })
    void listsAreJoinedAfterEachValueIsNormalised(Many many, String target, String expected) {
        SampleRoute route = SampleRoute.of("r", "/x")
                .key("t", query("t").many(many).lower().max(4).source());
        assertEquals(expected, derive(route, target));
    }

    @Test
    void defaultIsNormalisedLikeAValue() {
        SampleRoute route =
                SampleRoute.of("r", "/x").key("o", query("o").or("ASC").lower().source());
        assertEquals("r:o:asc", derive(route, "/x"));
        assertEquals("r:o:asc", derive(route, "/x?o=Asc"));
    }

    @Test
    void absenceIsNoValue() {
        SampleRoute route = SampleRoute.of("r", "/x").key("a", query("a").source());
        assertEquals("r:a:!", derive(route, "/x"));
        assertEquals("r:a:%21", derive(route, "/x?a=!"));
        assertEquals("r:a:", derive(route, "/x?a="));
    }

    @Test
    void headersAreRead() {
        SampleRoute route = SampleRoute.of("r", "/x")
                .key("lang", header("X-Lang").trim().lower().source());
        assertEquals("r:lang:!", derive(route, Fields.EMPTY));
        assertEquals("r:lang:de", derive(route, Fields.of("x-lang", " DE ")));
        assertEquals("r:lang:de%2C%20en", derive(route, Fields.of("x-lang", "de, en")));
        assertEquals("ambiguous-field lang", derive(route, Fields.of("x-lang", "de", "X-Lang", "de")));
    }

    @Test
    void headerListsAreSplitAtCommas() {
        SampleRoute route = SampleRoute.of("r", "/x")
                .key("lang", header("X-Lang").many(Many.SORTED).source());
        assertEquals("r:lang:!", derive(route, Fields.EMPTY));
        assertEquals("r:lang:", derive(route, Fields.of("x-lang", "")));
        assertEquals("r:lang:de,en,fr", derive(route, Fields.of("x-lang", "fr , en", "X-Lang", "de,")));
        assertEquals("ambiguous-field lang", derive(route, Fields.of("x-lang", "\"a, b\"")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=1 | r:theme:!",
                "theme=dark | r:theme:dark",
                "a=1; theme=dark | r:theme:dark",
                "theme=\"dark\" | r:theme:%22dark%22",
                "theme=%64ark | r:theme:%2564ark",
                "theme=dark; theme=dark | ambiguous-field theme",
                "theme=dark; Theme=light | ambiguous-field theme",
                "Theme=dark | ambiguous-field theme",
                "theme=\"a; b=1\" | ambiguous-field theme",
                "theme | ambiguous-field theme"
            })
    void cookiesAreReadRaw(String line, String expected) {
        SampleRoute route =
                SampleRoute.of("r", "/x").key("theme", cookie("theme").source());
        assertEquals(expected, derive(route, Fields.of("Cookie", line)));
    }

    @Test
    void claimsAreRead() {
        SampleRoute one = SampleRoute.of("r", "/x").key("g", claim("groups").source());
        SampleRoute many = SampleRoute.of("r", "/x")
                .key("g", claim("groups").many(Many.SORTED).source());
        SampleRoute scalar =
                SampleRoute.of("r", "/x").key("g", claim("id").many(Many.SORTED).source());
        SampleRoute missing =
                SampleRoute.of("r", "/x").key("g", claim("tenant").or("none").source());
        assertEquals("identity-claim g", derive(one, "/x"));
        assertEquals("r:g:a,b", derive(many, "/x"));
        assertEquals("r:g:123", derive(scalar, "/x"));
        assertEquals("identity-claim g", derive(missing, "/x"));
        assertEquals("no-identity g", derive(missing, "/x", Fields.EMPTY, null));
        Identity none = new Identity("session", Map.of(), Map.of("groups", List.of()));
        Identity empty = new Identity("session", Map.of(), Map.of("groups", List.of("")));
        assertEquals("r:g:!", derive(many, "/x", Fields.EMPTY, none));
        assertEquals("r:g:", derive(many, "/x", Fields.EMPTY, empty));
    }

    @Test
    void aRefusedValueIsSaidBeforeItIsKnownWhoAsks() {
        SampleRoute route = SampleRoute.of("r", "/x")
                .key("a", claim("id").source())
                .key("b", query("b").ofType(ValueType.INT).or("1").source());
        assertEquals("no-identity a", derive(route, "/x?b=2", Fields.EMPTY, null));
        assertEquals("key-type b", derive(route, "/x?b=two", Fields.EMPTY, null));
    }

    @Test
    void aVisitorsNameInADetailIsBounded() {
        String detail = derive(SampleRoute.of("r", "/x"), "/x?" + "n%20".repeat(100) + "=1");
        assertTrue(detail.length() < 100, detail);
        assertEquals("unnamed-query-parameter a%20b", derive(SampleRoute.of("r", "/x"), "/x?a+b=1"));
    }

    @Test
    void rulesThatCannotBeDerivedAreRefusedAtOnce() {
        Rules.Route badDefault = SampleRoute.of("r", "/x")
                .key("n", query("n").ofType(ValueType.INT).or("one").source())
                .build();
        assertEquals(
                "default of n is \"one\"; expected a value of its own type and within its own bounds",
                assertThrows(IllegalArgumentException.class, () -> new KeyDeriver(badDefault))
                        .getMessage());
        Rules.Route badPath =
                SampleRoute.of("r", "/{a}").key("n", path("b").source()).build();
        assertEquals(
                "key n is path.b; expected a variable of the template: [a]",
                assertThrows(IllegalArgumentException.class, () -> new KeyDeriver(badPath))
                        .getMessage());
    }

    @Test
    void rolesOfQueryNamesAreSaidForTheFetch() {
        QueryNames names = new KeyDeriver(SampleRoute.of("r", "/x")
                        .key("p", query("page").source())
                        .ignore("utm_*", "page")
                        .build())
                .queryNames();
        assertEquals(QueryNames.Role.NAMED, names.roleOf("page"));
        assertEquals(QueryNames.Role.REFUSED, names.roleOf("p"));
        assertEquals(QueryNames.Role.IGNORED, names.roleOf("utm_x"));
        assertEquals(
                QueryNames.Role.KEYED,
                new QueryNames(SampleRoute.of("r", "/x").other(OtherQuery.KEY).build()).roleOf("x"));
    }
}
