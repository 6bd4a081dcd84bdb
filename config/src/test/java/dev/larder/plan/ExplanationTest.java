package dev.larder.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.larder.http.Fields;
import dev.larder.key.BypassReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden texts beside the samples; {@code -Dgolden.write=true} writes them anew. */
class ExplanationTest {

    private static final Path TEXTS = Path.of("src/test/resources/explain");
    private static final Rulebook COURSE = Books.course();

    private static final Map<String, Sample> SAMPLES = Map.of(
            "hit",
                    Sample.of("GET", "/api/admin/courses?search=js", Fields.EMPTY)
                            .by(visitor("123", "ADMIN")),
            "details", Sample.of("GET", "/api/user/courses/42", Fields.EMPTY).by(visitor("7", "USER")),
            "unnamed", Sample.of("GET", "/api/public/lessons?debug=1", Fields.EMPTY),
            "access", Sample.of("GET", "/api/admin/courses", Fields.EMPTY).by(visitor("7", "USER")),
            "delete", Sample.of("DELETE", "/api/admin/courses/42", Fields.EMPTY),
            "join",
                    Sample.of("POST", "/user/courses", Fields.of("Next-Action", "6057398d"))
                            .withBody("[\"42\",\"7\"]"),
            "refused",
                    Sample.of("POST", "/user/courses", Fields.of("Next-Action", "6057398d"))
                            .withBody("[\"42\",\"7\"]")
                            .answered(
                                    200,
                                    Fields.of("Content-Type", "text/x-component"),
                                    Optional.of("1:{\"success\":false}")),
            "signout", Sample.of("POST", "/api/auth/signout", Fields.EMPTY));

    private static Map<String, Object> visitor(String id, String role) {
        return Map.of("id", id, "role", role);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hit", "details", "unnamed", "access", "delete", "join", "refused", "signout"})
    void explanationReadsAsWrittenDown(String name) throws IOException {
        // Where a rule stands in the file is not what this is about, and moves with every comment.
        List<String> lines = Explanation.of(COURSE, Objects.requireNonNull(SAMPLES.get(name))).stream()
                .map(line -> line.replaceAll("rules\\.yaml:\\d+", "rules.yaml:LINE"))
                .toList();
        Path text = TEXTS.resolve(name + ".txt");
        if (Boolean.getBoolean("golden.write")) {
            Files.write(text, lines);
        }
        assertEquals(String.join("\n", Files.readAllLines(text)), String.join("\n", lines));
    }

    @ParameterizedTest
    @EnumSource(BypassReason.class)
    void everyReasonHasItsAdvice(BypassReason reason) {
        assertFalse(BypassAdvice.of(reason).isBlank());
    }

    @Test
    void aFailedTestIsToldWithItsPlace() {
        Rulebook book = Books.of("""
                version: 1
                routes:
                  - name: list
                    get: /list
                    ttl: 5m
                    key: { page: { from: query.page, type: int, default: 1 } }
                purges:
                  - name: added
                    when: ["POST /other"]
                    purge: ["list:page:1"]
                tests:
                  - request: GET /list
                    expect: { key: "list:page:1", ttl: 5m }
                  - request: GET /list?page=2
                    expect: { key: "list:page:3", ttl: 1m }
                  - request: GET /list?x=1
                    expect: { key: "list:page:1" }
                  - request: POST /other
                    expect: { purges: ["list:page:1", "list:*", "nothing:*"], keeps: ["list:page:2", "list:page:1"] }
                  - request: GET /list
                    expect: { purges: ["list:*"] }
                """);
        assertEquals("""
                rules.yaml:15:20: GET /list?page=2: key: expected "list:page:3"; it is "list:page:2"
                rules.yaml:15:40: GET /list?page=2: ttl: expected 1m; it is 5m
                rules.yaml:17:20: GET /list?x=1: key: expected "list:page:1"; it is not cached: unnamed-query-parameter (x)
                rules.yaml:19:39: POST /other: purges: "list:*" is not purged as a whole; of list only route:list:page=1 is
                rules.yaml:19:49: POST /other: purges: "nothing:*" matches no key that any route writes
                rules.yaml:19:86: POST /other: keeps: "list:page:1" is purged; of list route:list:page=1 is
                rules.yaml:21:24: GET /list: purges: "list:*" is not purged; this is cached as "list:page:1"
                4 of 5 tests fail""".stripIndent(), String.join("\n", Explanation.of(book, RuleTests.run(book))));
    }

    @Test
    void aCredentialOfWhichNoClaimsAreGivenIsNotTakenForNone() {
        for (String cookie : List.of("next-auth.session-token=s-1", "a=b; __Secure-next-auth.session-token=s-1")) {
            Sample shown = Sample.of("GET", "/api/admin/courses", Fields.of("Cookie", cookie));
            assertEquals(Optional.of("identity-unknown:session"), COURSE.whyNot(shown));
            assertEquals(Optional.empty(), COURSE.whyNot(shown.by(visitor("7", "ADMIN"))));
        }
        Sample other = Sample.of("GET", "/api/admin/courses", Fields.of("Cookie", "theme=dark"));
        assertEquals(Optional.of("no-credential:session"), COURSE.whyNot(other));
    }
}
