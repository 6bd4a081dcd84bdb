package dev.larder.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.http.Target;
import dev.larder.purge.PurgeGroup;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a purge by tag reaches: whatever has the tag, and, where a variable cannot be read, whatever may have it. */
class TagPurgeTest {

    private static final String ROUTES = """
            version: 1
            defaults: { access: public, ttl: 5m }
            routes:
              - name: course
                get: /courses/{courseId}
                key: { id: { from: path.courseId, type: int } }
                tags: ["course:{courseId}", courses]
              - name: lesson
                get: /courses/{courseId}/lessons/{lessonId}
                key: { courseId: path.courseId, lessonId: path.lessonId, lang: { from: query.lang, default: en, fold: lower } }
                tags: ["course:{courseId}", "lesson:{courseId}:{lessonId}", "lang:{lang}"]
              - name: news
                get: /news
            """;

    private static final Rulebook BOOK = Books.of(ROUTES + """
            purges:
              - { name: one, when: "PUT /one/{c}", purge: [{ tag: "course:{c}" }] }
              - { name: two, when: "PUT /two/{c}/{l}", purge: [{ tag: "lesson:{c}:{l}" }] }
              - { name: all, when: "PUT /all", purge: [{ tag: courses }] }
              - { name: star, when: "PUT /star", purge: [{ tag: "course:*" }] }
              - { name: any, when: "PUT /any/{c}", purge: [{ tag: "*:{c}" }] }
              - { name: fixed, when: "PUT /fixed", purge: [{ tag: "lesson:4%202:7" }] }
              - { name: lang, when: "PUT /lang", with: { l: query.l }, purge: [{ tag: "lang:{l}" }] }
              - name: body
                when: POST /body
                with: { c: "request.body:/c" }
                purge: [{ tag: "course:{c}" }]
            """);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/one/42      | route:course:id=42 route:lesson:courseId=42",
                // No key of the first route holds it: by the type of its parameter, what it could mean is in doubt.
                "/one/abc     | route:course route:lesson:courseId=abc",
                "/two/4%202/7 | route:lesson:courseId=4%202:lessonId=7",
                "/fixed       | route:lesson:courseId=4%202:lessonId=7",
                "/all         | route:course",
                "/star        | route:course route:lesson",
                "/any/42      | route:course:id=42 route:lesson:courseId=42 route:lesson:lang=42 route:lesson:lessonId=42",
                "/lang?l=DE   | route:lesson:lang=de",
                "/lang        | route:lesson",
            })
    void aTagPurgesWhatHasIt(String target, String groups) {
        assertEquals(new TreeSet<>(List.of(groups.split(" "))), purged("PUT", target, new WritePlan.Body.None()));
    }

    @Test
    void elementsOfABodyPurgeOneTagEach() {
        assertEquals(
                Set.of("route:course:id=1", "route:course:id=2", "route:lesson:courseId=1", "route:lesson:courseId=2"),
                purged("POST", "/body", body("{\"c\":[1,2]}")));
    }

    @Test
    void whatCannotBeReadPurgesAllThatMayHaveTheTag() {
        assertEquals(Set.of("route:course", "route:lesson"), purged("POST", "/body", new WritePlan.Body.Unreadable()));
    }

    @Test
    void aPurgeByTagIsPartOfTheFingerprintsOfItsRoutesAlone() {
        Rulebook without = Books.of(ROUTES);
        assertNotEquals(
                without.routes().get(1).fingerprint(), BOOK.routes().get(1).fingerprint());
        assertEquals(without.routes().get(2).fingerprint(), BOOK.routes().get(2).fingerprint());
    }

    private static WritePlan.Body body(String json) {
        return new WritePlan.Body.Whole(json.getBytes(StandardCharsets.UTF_8), Fields.EMPTY);
    }

    private static Set<String> purged(String method, String target, WritePlan.Body body) {
        RequestHead request = new RequestHead(method, Target.parse(target), "http", "localhost", Fields.EMPTY);
        WritePlan plan = assertInstanceOf(Plan.Write.class, BOOK.plan(request)).plan();
        WritePlan.Answer answer =
                new WritePlan.Answer.Answered(new ResponseHead(200, "", Fields.EMPTY), new WritePlan.Body.None());
        return plan.settle(body, answer, Map.of()).purge().stream()
                .map(PurgeGroup::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
