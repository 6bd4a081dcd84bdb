package dev.larder.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.Target;
import dev.larder.key.BypassReason;
import java.util.List;
import org.junit.jupiter.api.Test;

class RulebookTest {

    private static final String LIST = """
            version: 1
            routes:
              - name: list
                get: /list
                ttl: 5m
                key: { page: { from: query.page, type: int, default: 1 } }
            """;

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        assertEquals(
                List.of(
                        "rules.yaml:14:10: \"/items/new\" is never reached: \"/items/{id}\" of route item at line 10"
                                + " matches all of it first; expected the more special template before the more"
                                + " general one",
                        "rules.yaml:17:15: \"item:*:id:7:x:*\" matches no key that any route writes; expected a glob"
                                + " over the keys of a route, or optional: true; did you mean \"item:id:*\"?",
                        "rules.yaml:17:34: \"itm:id:{id}\" matches no key that any route writes; expected a glob over"
                                + " the keys of a route, or optional: true; did you mean \"item:id:*\"?",
                        "rules.yaml:20:22: no key of list holds \"two\" as page; expected a value of its type and within"
                                + " its bounds, or optional: true"),
                Books.problems(LIST + """
                          - name: item
                            ttl: 5m
                            # a comment
                            get: /items/{id}
                          - name: new
                            ttl: 5m
                            # a comment
                            get: /items/new
                        purges:
                          - { name: a, when: ["DELETE /items/{id}"],
                              purge: ["item:*:id:7:x:*", "itm:id:{id}", { glob: "itm:*", optional: true }] }
                          - name: b
                            when: ["POST /x"]
                            purge: [{ route: list, where: { page: two } }, { route: list, where: { page: "2" } }]
                        """));
    }

    @Test
    void routesWhoseKeysCouldMeetAreRefused() {
        List<String> problems = Books.problems("""
                version: 1
                routes:
                  - { name: "a", get: "/a/{b}", ttl: 1m }
                  - { name: "a:b:c", get: /c, ttl: 1m }
                """);
        assertEquals(1, problems.size(), problems::toString);
    }

    @Test
    void hostChoosesTheRoute() {
        Rulebook book = Books.of("""
                version: 1
                routes:
                  - { name: one, get: /x, host: one.example, ttl: 1m }
                  - { name: any, get: /x, ttl: 1m }
                """);
        assertEquals("one", route(book, "one.example"));
        assertEquals("one", route(book, "one.example:8080"));
        assertEquals("any", route(book, "two.example"));
    }

    private static String route(Rulebook book, String authority) {
        Plan plan = book.plan(new RequestHead("GET", Target.parse("/x"), "http", authority, Fields.EMPTY));
        return assertInstanceOf(Plan.Read.class, plan).route().name();
    }

    @Test
    void credentialThatNoRuleSpeaksOfIsNotCached() {
        Sample plain = Sample.of("GET", "/list", Fields.EMPTY);
        Sample identified = Sample.of("GET", "/list", Fields.of("Authorization", "Bearer x"));
        assertInstanceOf(Plan.Read.class, Books.of(LIST).plan(plain.request()));
        assertEquals(BypassReason.CREDENTIAL, bypass(Books.of(LIST), identified));
        Rulebook said = Books.of(LIST + "    access: public\n");
        assertInstanceOf(Plan.Read.class, said.plan(identified.request()));
    }

    @Test
    void trustedFieldIsHarmlessOnceTheKeyNamesIt() {
        Sample sample = Sample.of("GET", "/list", Fields.of("x-forwarded-PREFIX", "/a"));
        assertEquals(BypassReason.UNKEYED_FIELD, bypass(Books.of(LIST), sample));
        Rulebook keyed = Books.of(LIST.replace("key: {", "key: { prefix: header.X-Forwarded-Prefix,"));
        assertInstanceOf(Plan.Read.class, keyed.plan(sample.request()));
    }

    @Test
    void lifetimeOfZeroIsNeverStored() {
        Sample sample = Sample.of("GET", "/list", Fields.EMPTY);
        assertEquals(BypassReason.TTL_ZERO, bypass(Books.of(LIST.replace("5m", "0")), sample));
        Rulebook some = Books.of(LIST.replace("5m", "0") + "    store-status: { 200: , 404: 10s }\n");
        assertInstanceOf(Plan.Read.class, some.plan(sample.request()));
    }

    @Test
    void getThatARuleTakesForAWriteIsOne() {
        Rulebook book = Books.of(LIST + """
                        purges:
                          - { name: reset, when: ["GET /reset"], purge: ["*"] }
                        """);
        assertInstanceOf(
                Plan.Write.class,
                book.plan(Sample.of("GET", "/reset", Fields.EMPTY).request()));
        assertInstanceOf(
                Plan.Read.class,
                book.plan(Sample.of("GET", "/list", Fields.EMPTY).request()));
    }

    @Test
    void fingerprintCoversKeysStorageAndGroupsAndNothingElse() {
        String before = fingerprint(LIST);
        assertEquals(16, before.length());
        assertEquals(before, fingerprint(LIST.replace("routes:", "\n# a comment\nroutes:")));
        assertEquals(before, fingerprint(LIST + "    max-entries: 7\n"));
        assertNotEquals(before, fingerprint(LIST.replace("5m", "6m")));
        assertNotEquals(before, fingerprint(LIST.replace("default: 1", "default: 2")));
        assertNotEquals(before, fingerprint(LIST + "    store-status: { 404: 1m }\n"));
        assertNotEquals(before, fingerprint(LIST + "    query: { ignore: [x] }\n"));
        String purge = "purges:\n  - { name: a, when: [POST /x], purge: [\"%s\"] }\n";
        assertEquals(before, fingerprint(LIST + purge.formatted("list:*")));
        assertNotEquals(before, fingerprint(LIST + purge.formatted("list:page:1")));
    }

    private static String fingerprint(String yaml) {
        return Books.of(yaml).routes().get(0).fingerprint();
    }

    private static BypassReason bypass(Rulebook book, Sample sample) {
        return assertInstanceOf(Plan.Bypass.class, book.plan(sample.request())).reason();
    }
}
