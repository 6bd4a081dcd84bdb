package dev.larder.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.http.Target;
import dev.larder.key.Identity;
import dev.larder.purge.PurgeGroup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WritePlanTest {

    private static final Rulebook BOOK = Books.of("""
            version: 1
            identity:
              session:
                credential: { cookie: sid }
                resolve: { get: /session, claims: { id: /id, teams: /teams }, ttl: 10s }
                end: [POST /signout, { method: POST, path: /api, body: { "/bye": "yes" } }]
            defaults: { access: public, ttl: 5m }
            routes:
              - name: item
                get: /items/{id}
                key: { id: { from: path.id, type: int, min: 1 }, lang: { from: header.accept-language, default: en } }
              - name: list
                get: /lists/{kind}
                key: { kind: path.kind, page: { from: query.page, type: int, default: 1 } }
              - name: mine
                get: /mine
                key: { who: identity.id }
            purges:
              - name: item-put
                when: ["PUT /items/{id}"]
                purge: ["item:id:{id}:*"]
                again-after: 5s
              - name: by-body
                when: [{ method: POST, path: /api, body: { "/op": "edit*" } }]
                with: { i: "request.body:/ids" }
                refused: [4xx, { "response.body:/ok": "false" }, { "response.body:/errors": present }]
                purge: [{ route: item, where: { id: "{i}" } }]
                again-after: 1s
              - name: by-answer
                when: [{ method: POST, path: /made }]
                with: { i: "response.body@1:/id", k: "response.header.X-Kind" }
                purge: ["item:id:{i}:*", "list:kind:{k}:*"]
              - name: by-visitor
                when: ["POST /me"]
                with: { me: identity.id, team: identity.teams, q: query.kind, h: header.X-Kind }
                purge: ["mine:who:{me}", "list:kind:{team}:*", "list:kind:{q}:page:1", "list:kind:{h}:page:2"]
              - name: forget-visitor
                when: ["POST /forget/{id}"]
                purge: [{ identity: session, where: { id: "{id}" } }]
              - name: other
                otherwise: true
                when: [{ method: POST, path: "/{rest*}" }]
                purge: ["*", { identity: session }]
            """);

    private static final WritePlan.Body.None NONE = new WritePlan.Body.None();

    private static RequestHead request(String method, String target, String... fields) {
        return new RequestHead(method, Target.parse(target), "http", "localhost", Fields.of(fields));
    }

    private static WritePlan plan(String method, String target, String... fields) {
        return assertInstanceOf(Plan.Write.class, BOOK.plan(request(method, target, fields)))
                .plan();
    }

    private static WritePlan.Body json(String text) {
        return new WritePlan.Body.Whole(text.getBytes(StandardCharsets.UTF_8), Fields.EMPTY);
    }

    private static WritePlan.Answer answer(int status, String... fields) {
        return new WritePlan.Answer.Answered(new ResponseHead(status, "", Fields.of(fields)), NONE);
    }

    private static WritePlan.Answer answer(int status, WritePlan.Body body, String... fields) {
        return new WritePlan.Answer.Answered(new ResponseHead(status, "", Fields.of(fields)), body);
    }

    private static String names(List<PurgeGroup> groups) {
        return groups.stream().map(PurgeGroup::name).sorted().collect(Collectors.joining(" "));
    }

    private static String purged(WritePlan plan, WritePlan.Body body, WritePlan.Answer answer) {
        return names(plan.settle(body, answer, Map.of()).purge());
    }

    @ParameterizedTest
    @CsvSource({
        "200, route:item:id=7",
        "204, route:item:id=7",
        "303, route:item:id=7",
        "500, route:item:id=7",
        "503, route:item:id=7",
        "400, ''",
        "404, ''",
        "499, ''"
    })
    void outcomeDecides(int status, String expected) {
        assertEquals(expected, purged(plan("PUT", "/items/7"), NONE, answer(status)));
    }

    @Test
    void unknownOutcomePurges() {
        assertEquals("route:item:id=7", purged(plan("PUT", "/items/7"), NONE, new WritePlan.Answer.Unknown()));
        // No rule speaks of it, but something may have been written on a path that is cached.
        assertEquals("route:item:id=7", purged(plan("PATCH", "/items/7"), NONE, new WritePlan.Answer.Unknown()));
    }

    @ParameterizedTest
    @CsvSource({"200, route:item:id=7", "302, route:item:id=7", "405, ''", "500, ''"})
    void withoutARuleThePathItselfIsInvalidAfterSuccess(int status, String expected) {
        assertEquals(expected, purged(plan("PATCH", "/items/7"), NONE, answer(status)));
    }

    @Test
    void valueThatNoKeyCouldHoldWidensToTheRoute() {
        WritePlan.Settlement settlement = plan("PUT", "/items/007").settle(NONE, answer(200), Map.of());
        assertEquals("route:item", names(settlement.purge()));
        assertEquals(2, settlement.widened().size());
        assertFalse(settlement.widened().toString().contains("007"), "values are not for logs");
    }

    @Test
    void writeIsPurgedOnceMoreAfterTheLongestDelay() {
        assertEquals(
                Optional.of(Duration.ofSeconds(5)),
                plan("PUT", "/items/7").settle(NONE, answer(200), Map.of()).again());
        assertEquals(
                Optional.empty(),
                plan("PUT", "/items/7").settle(NONE, answer(404), Map.of()).again());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"op":"edit","ids":7}              | by-body      | route:item:id=7
            {"op":"edited","ids":[7,"8",8.0]}  | by-body      | route:item:id=7 route:item:id=8
            {"op":"edit"}                      | by-body      | route:item
            {"op":"edit","ids":[]}             | by-body      | route:item
            {"op":"edit","ids":[7,"x"]}        | by-body      | route:item
            {"op":"edit","ids":[7,{}]}         | by-body      | route:item
            {"op":"view","ids":7}              | other        | identity:session route:item route:list route:mine
            {"ids":7}                          | other        | identity:session route:item route:list route:mine
            {"op":["edit"],"ids":7}            | other        | identity:session route:item route:list route:mine
            {"op":"edit","op":"view","ids":7}  | by-body,other| identity:session route:item route:list route:mine
            no JSON                            | by-body,other| identity:session route:item route:list route:mine
            """)
    void bodyDecidesWhichRuleAppliesAndToWhat(String body, String applied, String expected) {
        WritePlan.Settlement settlement = plan("POST", "/api").settle(json(body), answer(200), Map.of());
        assertEquals(applied, String.join(",", settlement.applied()));
        assertEquals(expected, names(settlement.purge()));
    }

    @Test
    void bodyThatIsNotThereMeetsNoCondition() {
        assertEquals(
                List.of("other"),
                plan("POST", "/api").settle(NONE, answer(200), Map.of()).applied());
    }

    @Test
    void formIsReadByItsFields() {
        WritePlan.Body form = new WritePlan.Body.Whole(
                "op=edit&ids=7".getBytes(StandardCharsets.UTF_8),
                Fields.of("Content-Type", "application/x-www-form-urlencoded"));
        assertEquals("route:item:id=7", purged(plan("POST", "/api"), form, answer(200)));
    }

    @Test
    void moreCombinationsThanTheBoundWiden() {
        String ids = IntStream.rangeClosed(1, 64).mapToObj(String::valueOf).collect(Collectors.joining(","));
        assertEquals(
                64,
                plan("POST", "/api")
                        .settle(json("{\"op\":\"edit\",\"ids\":[" + ids + "]}"), answer(200), Map.of())
                        .purge()
                        .size());
        assertEquals(
                "route:item",
                purged(plan("POST", "/api"), json("{\"op\":\"edit\",\"ids\":[" + ids + ",65]}"), answer(200)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200 | {"ok":false}          | ''
            200 | {"ok":"false"}        | ''
            200 | {"errors":["x"]}      | ''
            200 | {"errors":null}       | route:item:id=7
            200 | {"ok":true}           | route:item:id=7
            200 | no JSON               | route:item:id=7
            500 | {"ok":false}          | route:item:id=7
            422 | {"ok":true}           | ''
            """)
    void answerThatIsNamedRefusedPurgesNothing(int status, String body, String expected) {
        assertEquals(
                expected,
                purged(plan("POST", "/api"), json("{\"op\":\"edit\",\"ids\":7}"), answer(status, json(body))));
    }

    @Test
    void answerThatCannotBeReadCountsAsWritten() {
        WritePlan.Answer unreadable = answer(200, new WritePlan.Body.Unreadable());
        assertEquals("route:item:id=7", purged(plan("POST", "/api"), json("{\"op\":\"edit\",\"ids\":7}"), unreadable));
    }

    @Test
    void everyRuleIsJudgedByItsOwnRefusals() {
        // Unreadable: by-body takes the answer for a refusal, the otherwise rule does not.
        WritePlan.Settlement settlement = plan("POST", "/api")
                .settle(new WritePlan.Body.Unreadable(), answer(200, json("{\"ok\":false}")), Map.of());
        assertEquals(List.of("other"), settlement.applied());
    }

    @Test
    void variablesAreReadFromTheAnswer() {
        WritePlan plan = plan("POST", "/made");
        assertTrue(plan.readsAnswerBody());
        assertEquals(
                "route:item:id=9 route:list:kind=a%20b",
                purged(plan, NONE, answer(201, json("0:{}\n1:{\"id\":9}\n"), "X-Kind", "a b")));
        assertEquals("route:item route:list", purged(plan, NONE, answer(201, json("0:{}\n"))));
        assertEquals("route:item route:list", purged(plan, NONE, new WritePlan.Answer.Unknown()));
        assertEquals("route:item route:list", names(plan.intents()));
    }

    @Test
    void variablesAreReadFromTheVisitorAndTheHead() {
        WritePlan plan = plan("POST", "/me?kind=q", "X-Kind", "h1", "X-Kind", "h2");
        assertEquals(Set.of("session"), plan.readsIdentities());
        Identity visitor = new Identity("session", Map.of("id", "7"), Map.of("teams", List.of("red", "blue")));
        assertEquals(
                "route:list:kind=blue route:list:kind=h1:page=2 route:list:kind=h2:page=2 route:list:kind=q:page=1"
                        + " route:list:kind=red route:mine:who=7",
                names(plan.settle(NONE, answer(200), Map.of("session", visitor)).purge()));
        assertEquals("route:list route:mine", purged(plan, NONE, answer(200)));
    }

    @Test
    void intentsCoverWhatMayComeOfIt() {
        assertEquals("route:item:id=7", names(plan("PUT", "/items/7").intents()));
        assertEquals(
                "identity:session route:item route:list route:mine",
                names(plan("POST", "/api").intents()));
        assertTrue(plan("POST", "/api").readsRequestBody());
        assertFalse(plan("PUT", "/items/7").readsRequestBody());
    }

    @Test
    void visitorIsForgottenByClaim() {
        assertEquals("identity:session:id=a%3Ab", purged(plan("POST", "/forget/a:b"), NONE, answer(200)));
    }

    @ParameterizedTest
    @CsvSource({"200, true", "302, true", "500, true", "400, false", "404, false"})
    void endIsBelievedUnlessRefused(int status, boolean ends) {
        assertEquals(
                ends ? Set.of("session") : Set.of(),
                plan("POST", "/signout").settle(NONE, answer(status), Map.of()).ended());
    }

    @Test
    void endWhoseBodyCannotBeReadEnds() {
        WritePlan plan = plan("POST", "/api");
        assertEquals(
                Set.of("session"),
                plan.settle(new WritePlan.Body.Unreadable(), answer(200), Map.of())
                        .ended());
        assertEquals(
                Set.of("session"),
                plan.settle(json("{\"bye\":\"yes\"}"), new WritePlan.Answer.Unknown(), Map.of())
                        .ended());
        assertEquals(
                Set.of(),
                plan.settle(json("{\"bye\":\"no\"}"), answer(200), Map.of()).ended());
    }

    @ParameterizedTest
    @CsvSource({
        "/items/9, route:item:id=7 route:item:id=9",
        "9, route:item:id=7 route:item:id=9",
        "../lists/a?page=3#x, route:item:id=7 route:list:kind=a",
        "http://localhost/items/9, route:item:id=7 route:item:id=9",
        "HTTP://LOCALHOST:80/items/9, route:item:id=7 route:item:id=9",
        "//localhost/items/9, route:item:id=7 route:item:id=9",
        "http://localhost:81/items/9, route:item:id=7",
        "http://elsewhere/items/9, route:item:id=7",
        "mailto:x@localhost, route:item:id=7",
        "'http://[', route:item:id=7",
        "/nowhere, route:item:id=7"
    })
    void whatTheAnswerNamesOnTheSameHostIsInvalidToo(String location, String expected) {
        assertEquals(expected, purged(plan("PATCH", "/items/7"), NONE, answer(201, "Location", location)));
        assertEquals(expected, purged(plan("PATCH", "/items/7"), NONE, answer(200, "Content-Location", location)));
    }

    @Test
    void pathThatNoRouteMatchesTouchesNoStore() {
        assertInstanceOf(Plan.Bypass.class, BOOK.plan(request("PUT", "/nowhere")));
        assertInstanceOf(Plan.Bypass.class, BOOK.plan(request("OPTIONS", "/items/7")));
    }

    @Test
    void pathWithTooManyReadingsMatchesEverything() {
        String target = "/a;b%2f%5c//../%2e;x/%253b%25252f\\c;/..//d%3f%23";
        assertTrue(Target.parse(target).readings().isEmpty(), "the sample must have more readings than are listed");
        assertEquals("route:item route:list route:mine", purged(plan("PUT", target), NONE, answer(200)));
    }
}
