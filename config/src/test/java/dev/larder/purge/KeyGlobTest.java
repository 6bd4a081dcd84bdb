package dev.larder.purge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.key.CacheKey;
import dev.larder.key.KeyShape;
import dev.larder.rules.Rules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyGlobTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            user:courses:*                                | user:courses{}
            admin:course:details:courseId:{a}             | admin:course:details{courseId={a}}
            *:course:details:courseId:{a}                 | admin:course:details{courseId={a}} user:course:details{courseId={a}}
            *:course:participants:courseId:{a}:*          | admin:course:participants{courseId={a}} user:course:participants{courseId={a}}
            user:courses:*:userId:{b}                     | user:courses{userId={b}}
            user:lessons:course:*:userId:{b}              | user:lessons:course{userId={b}}
            user:lessons:course:courseId:{a}:*            | user:lessons:course{courseId={a}}
            admin:lesson:details:courseId:{a}:lessonId:*  | admin:lesson:details{courseId={a}}
            admin:lesson:details:*:lessonId:{a}           | admin:lesson:details{lessonId={a}}
            admin:lesson:details:courseId:{a}:lessonId:{b}| admin:lesson:details{courseId={a},lessonId={b}}
            admin:course:details:courseId:42              | admin:course:details{courseId=42}
            admin:course:details:courseId:4*              | admin:course:details{}
            admin:course:details:courseId:x-{a}           | admin:course:details{courseId=x-{a}}
            {who}:course:details:courseId:{a}             | admin:course:details{courseId={a}} user:course:details{courseId={a}}
            {who}:courses:*                               | user:courses{} admin:courses{}
            user:courses:limit:5:page:*                   | user:courses{limit=5}
            user:courses:limit:5:page:1*                  | user:courses{limit=5}
            user:courses:limit:5:page:1:search::userId:7  | user:courses{limit=5,page=1,search=,userId=7}
            """)
    void onlyWhatEqualityCannotExpressIsLeftOut(String glob, String expected) {
        assertEquals(expected, overCourse(glob));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "admin:course:list:*",
                "user:courses",
                "user:courses:page:*",
                "user:courses:limit:abc:*",
                "user:courses:limit:05:*",
                "admin:course:details:courseId:a b",
                "admin:course:details:courseId:a%2fb",
                "admin:course:details:courseId:%61",
                "admin:course:details:courseId:{a}:*",
                "admin:course:details:courseId:{a",
                ""
            })
    void whatNoRouteWritesIsFound(String glob) {
        assertEquals("", overCourse(glob));
    }

    @Test
    void starAloneReachesEveryRouteWhole() {
        assertEquals(
                Shapes.COURSE.stream().map(shape -> shape.route() + "{}").collect(Collectors.joining(" ")),
                overCourse("*"));
    }

    @Test
    void furtherParametersOfAnOpenShapeWiden() {
        KeyShape open = Shapes.open("list", "page#", "who");
        assertEquals("{page={p}}", fixed(KeyGlob.parse("list:page:{p}:*"), open));
        assertEquals("{who={w}}", fixed(KeyGlob.parse("list:*:who:{w}"), open));
        assertEquals("{page={p},who={w}}", fixed(KeyGlob.parse("list:page:{p}:who:{w}"), open));
        assertEquals("{}", fixed(KeyGlob.parse("list:?sort:{s}:*"), open));
        assertEquals("none", fixed(KeyGlob.parse("list:sort:{s}:*"), open));
    }

    @Test
    void absentMarkStandsOnlyWhereThereIsNoDefault() {
        KeyShape shape = Shapes.closed("list", "sort");
        assertEquals("{sort=!}", fixed(KeyGlob.parse("list:sort:!"), shape));
        assertEquals("{}", fixed(KeyGlob.parse("list:sort:!{a}"), shape));
    }

    @Test
    void listsAreFixedAsWrittenAndNeverComposed() {
        SortedMap<String, Rules.KeySource> sources = new TreeMap<>();
        sources.put("tag", Shapes.source("tag", Rules.ValueType.STRING, Rules.Many.SORTED));
        KeyShape shape = new KeyShape("list", sources, false);
        assertEquals("{tag=a,b}", fixed(KeyGlob.parse("list:tag:a,b"), shape));
        assertEquals("{tag={a}}", fixed(KeyGlob.parse("list:tag:{a}"), shape));
        assertEquals("{}", fixed(KeyGlob.parse("list:tag:a,{a}"), shape));
    }

    @Test
    void knownValuesDecideWhetherAGlobMeetsAShape() {
        KeyShape details = Shapes.closed("admin:course:details", "courseId");
        KeyGlob glob = KeyGlob.parse("admin:course:details:courseId:42");
        assertTrue(glob.meets(details, Map.of("courseId", "42")));
        assertFalse(glob.meets(details, Map.of("courseId", "43")));
        assertFalse(KeyGlob.parse("admin:course:details:courseId:4").meets(details, Map.of("courseId", "42")));
        assertTrue(KeyGlob.parse("admin:course:details:courseId:4*").meets(details, Map.of("courseId", "42")));
    }

    /** Random shapes, globs and keys: whatever a glob matches holds every value that the glob is said to fix. */
    @Test
    void everyKeyThatAGlobMatchesHoldsWhatTheGlobFixes() {
        Random random = new Random(20261122);
        int matched = 0;
        int fixedSeen = 0;
        for (int round = 0; round < 40_000; round++) {
            KeyShape shape = randomShape(random);
            String glob = randomGlob(random, shape);
            Map<String, String> variables = Map.of("a", randomValue(random), "b", randomValue(random));
            String concrete = glob.replace("{a}", CacheKey.escape(variables.getOrDefault("a", "")))
                    .replace("{b}", CacheKey.escape(variables.getOrDefault("b", "")));
            Optional<SortedMap<String, FixedValue>> over = KeyGlob.parse(glob).over(shape);
            for (int i = 0; i < 6; i++) {
                Map<String, String> values = new LinkedHashMap<>();
                String key = randomKey(random, shape, values);
                if (!TextGlob.matches(concrete, key)) {
                    continue;
                }
                matched++;
                String story = glob + " as " + concrete + " over " + shape + " matches " + key;
                assertTrue(over.isPresent(), story);
                over.get().forEach((parameter, value) -> {
                    Rules.KeySource source =
                            Objects.requireNonNull(shape.parameters().get(parameter));
                    Optional<String> filled = value.in(source, variables);
                    // A value that the type does not take is left out of the group, so it cannot narrow it wrongly.
                    filled.ifPresent(text -> assertEquals(text, values.get(parameter), story + " but " + parameter));
                });
                fixedSeen += over.get().size();
            }
        }
        assertTrue(matched > 3_000, "only " + matched + " matches");
        assertTrue(fixedSeen > 1_000, "only " + fixedSeen + " fixed parameters");
    }

    private static KeyShape randomShape(Random random) {
        List<String> names = new ArrayList<>(List.of("a", "b", "ab", "p#"));
        Collections.shuffle(names, random);
        String route = List.of("a", "a:b", "b", "ab:a").get(random.nextInt(4));
        String[] parameters = names.subList(0, random.nextInt(4)).toArray(new String[0]);
        return random.nextInt(4) == 0 ? Shapes.open(route, parameters) : Shapes.closed(route, parameters);
    }

    private static String randomKey(Random random, KeyShape shape, Map<String, String> values) {
        SortedMap<String, String> all = new TreeMap<>();
        shape.parameters().forEach((name, source) -> {
            String value;
            if (source.type() == Rules.ValueType.INT) {
                value = String.valueOf(random.nextInt(3));
            } else {
                value = random.nextInt(6) == 0 ? CacheKey.ABSENT : CacheKey.escape(randomValue(random));
            }
            values.put(name, value);
            all.put(name, value);
        });
        if (shape.open() && random.nextBoolean()) {
            all.put("?" + List.of("a", "x", "p").get(random.nextInt(3)), CacheKey.escape(randomValue(random)));
        }
        StringBuilder key = new StringBuilder(shape.route());
        all.forEach((name, value) -> key.append(':').append(name).append(':').append(value));
        return key.toString();
    }

    private static String randomValue(Random random) {
        return List.of("", "a", "b", "ab", "a:b", "1", "2", "*", "01", "a:", "!")
                .get(random.nextInt(11));
    }

    /** Mutations of a key of the shape, since glob text made of nothing but chance would hardly ever match. */
    private static String randomGlob(Random random, KeyShape shape) {
        StringBuilder glob = new StringBuilder(randomKey(random, shape, new LinkedHashMap<>()));
        for (int i = random.nextInt(4); i > 0; i--) {
            int from = random.nextInt(glob.length() + 1);
            int to = Math.min(glob.length(), from + random.nextInt(6));
            glob.replace(from, to, List.of("*", "{a}", "{b}", "*", ":*", "a").get(random.nextInt(6)));
        }
        return glob.toString();
    }

    private static String overCourse(String glob) {
        List<String> found = new ArrayList<>();
        for (KeyShape shape : Shapes.COURSE) {
            String fixed = fixed(KeyGlob.parse(glob), shape);
            if (!fixed.equals("none")) {
                found.add(shape.route() + fixed);
            }
        }
        return String.join(" ", found);
    }

    private static String fixed(KeyGlob glob, KeyShape shape) {
        return glob.over(shape)
                .map(fixed -> fixed.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + print(entry.getValue()))
                        .collect(Collectors.joining(",", "{", "}")))
                .orElse("none");
    }

    private static String print(FixedValue value) {
        if (value instanceof FixedValue.Literal literal) {
            return literal.escaped();
        }
        StringBuilder text = new StringBuilder();
        for (ValueTemplate.Part part : ((FixedValue.Composed) value).template().parts()) {
            text.append(
                    part instanceof ValueTemplate.Part.Variable variable
                            ? "{" + variable.name() + "}"
                            : ((ValueTemplate.Part.Text) part).text());
        }
        return text.toString();
    }
}
