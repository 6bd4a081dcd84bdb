package dev.larder.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a changed file, and what becomes of that which is stored. */
class RulesChangeTest {

    private static final String BEFORE = """
            version: 1
            identity:
              session: { credential: { cookie: sid }, resolve: { get: /me, claims: { id: /id }, ttl: 5m } }
            routes:
              - { name: list, get: "/list", access: public, ttl: 5m, max-entries: 10 }
              - { name: item, get: "/item/{id}", access: public, ttl: 5m }
            purges:
              - { name: changed, when: "PUT /item/{id}", purge: ["list*"] }
            """;

    private static RulesChange change(String after) {
        return RulesChange.between(Books.of(BEFORE), Books.of(after));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /list", access: public, ttl: 5m | /list", access: public, ttl: 1m  | routes changed: list (ttl 5m to 1m; what was stored is not used)
                    max-entries: 10               | max-entries: 20                    | routes changed: list (max-entries)
                    ttl: 5m } }                   | ttl: 6m } }                        | identity session changed
                    "PUT /item/{id}"              | "POST /item/{id}"                  | purge changed changed
                    "list*"                       | "list*", "item:id:{id}"            | purge changed changed
                    get: "/item/{id}"             | get: "/items/{id}"                 | routes changed: item (get; what was stored is not used)
                    """)
    void aChangeIsSaid(String was, String is, String said) {
        assertTrue(BEFORE.contains(was), was);
        assertEquals(said, change(BEFORE.replace(was, is)).toString());
    }

    @Test
    void whereALineStandsChangesNothing() {
        assertEquals("nothing that counts", change("# a comment\n\n" + BEFORE).toString());
    }

    @Test
    void aRouteOfAnotherNameIsOneThatWentAndOneThatCame() {
        RulesChange change = change(BEFORE.replace("name: list", "name: all").replace("\"list*\"", "\"all*\""));
        assertEquals("routes added: all; routes removed: list; purge changed changed", change.toString());
    }

    @Test
    void whatNoRuleTouchesStaysUsable() {
        assertEquals(
                "[PurgeGroup[name=route:item, route=item]]",
                RulesChange.unusable(
                                Books.of(BEFORE),
                                Books.of(BEFORE.replace(
                                        "/item/{id}\", access: public, ttl: 5m",
                                        "/item/{id}\", access: public, ttl: 1m")))
                        .toString());
    }
}
