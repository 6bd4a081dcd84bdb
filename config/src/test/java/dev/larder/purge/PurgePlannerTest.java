package dev.larder.purge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.key.CacheKey;
import dev.larder.key.KeyShape;
import dev.larder.rules.Located;
import dev.larder.rules.Position;
import dev.larder.rules.Rules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PurgePlannerTest {

    private static final Position ANYWHERE = new Position(1, 1);

    /** The promise as a whole: what a glob matches lies in a group that is planned, whatever the variables hold. */
    @Test
    void everyKeyThatAGlobMatchesLiesInAPlannedGroup() {
        Random random = new Random(9111);
        int matched = 0;
        int narrow = 0;
        for (int round = 0; round < 3_000; round++) {
            List<KeyShape> shapes = List.of(
                    Shapes.closed("a", "a", "p#"),
                    Shapes.closed("b", "a", "b", "c", "d"),
                    Shapes.open("b:b", "b"),
                    Shapes.closed("c"));
            List<String> globs = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                globs.add(glob(random, shapes.get(random.nextInt(shapes.size()))));
            }
            PurgePlanner planner = PurgePlanner.compile(rules(shapes, globs), problem -> {});
            Map<String, Variables.Value> values = new LinkedHashMap<>();
            Map<String, List<String>> plain = new LinkedHashMap<>();
            for (String name : List.of("x", "y")) {
                List<String> read = random.nextInt(4) == 0 ? List.of() : List.of(value(random), value(random));
                plain.put(name, read);
                values.put(
                        name, read.isEmpty() ? new Variables.Value.Unreadable("no") : new Variables.Value.Known(read));
            }
            Set<PurgeGroup> planned =
                    Set.copyOf(planner.purge("purge", new Variables(values)).groups());
            for (int i = 0; i < 8; i++) {
                CacheKey key = key(random, shapes.get(random.nextInt(shapes.size())));
                if (globs.stream().anyMatch(glob -> matches(glob, plain, key.text()))) {
                    matched++;
                    List<PurgeGroup> groups = planner.groups(key.route()).of(key);
                    assertEquals(PurgeGroup.ofRoute(key.route()), groups.get(0));
                    assertTrue(
                            groups.stream().anyMatch(planned::contains),
                            () -> globs + " with " + plain + " match " + key.text() + " in " + groups + " but plan "
                                    + planned);
                    narrow += planned.contains(groups.get(0)) ? 0 : 1;
                }
            }
        }
        assertTrue(matched > 1_000, "only " + matched + " matches");
        assertTrue(narrow > 100, "only " + narrow + " matches by a group narrower than a route");
    }

    /** Whether some choice of values makes the glob match; a variable that cannot be read may hold anything. */
    private static boolean matches(String glob, Map<String, List<String>> variables, String key) {
        for (Map.Entry<String, List<String>> variable : variables.entrySet()) {
            String braces = "{" + variable.getKey() + "}";
            if (glob.contains(braces)) {
                List<String> values =
                        variable.getValue().isEmpty() ? List.of("", "a", "b", "1", "a:b") : variable.getValue();
                return values.stream()
                        .anyMatch(value -> matches(glob.replace(braces, CacheKey.escape(value)), variables, key));
            }
        }
        return TextGlob.matches(glob, key);
    }

    private static String glob(Random random, KeyShape shape) {
        StringBuilder glob = new StringBuilder(shape.route());
        shape.parameters()
                .forEach((name, source) -> glob.append(':')
                        .append(name)
                        .append(':')
                        .append(List.of("*", "{x}", "{y}", "a", "1", "a{x}", "{x}*")
                                .get(random.nextInt(7))));
        if (random.nextInt(3) == 0) {
            int from = random.nextInt(glob.length());
            glob.replace(from, Math.min(glob.length(), from + 1 + random.nextInt(8)), "*");
        }
        return glob.toString();
    }

    private static String value(Random random) {
        return List.of("", "a", "b", "1", "01", "a:b", "a,b", "!", "aa").get(random.nextInt(9));
    }

    private static CacheKey key(Random random, KeyShape shape) {
        SortedMap<String, String> values = new TreeMap<>();
        shape.parameters()
                .forEach((name, source) ->
                        values.put(name, source.type() == Rules.ValueType.INT ? "1" : CacheKey.escape(value(random))));
        if (shape.open() && random.nextBoolean()) {
            values.put("?x", CacheKey.escape(value(random)));
        }
        StringBuilder text = new StringBuilder(shape.route());
        values.forEach(
                (name, value) -> text.append(':').append(name).append(':').append(value));
        return new CacheKey(shape.route(), values, text.toString());
    }

    private static Rules rules(List<KeyShape> shapes, List<String> globs) {
        List<Rules.Route> routes = shapes.stream().map(PurgePlannerTest::route).toList();
        List<Located<Rules.Aim>> aims = globs.stream()
                .map(glob -> new Located<Rules.Aim>(new Rules.Aim.Glob(glob, false), ANYWHERE))
                .toList();
        Rules.Purge purge = new Rules.Purge(
                new Located<>("purge", ANYWHERE), false, List.of(), Map.of(), List.of(), aims, Optional.empty());
        return new Rules("rules.yaml", Map.of(), routes, List.of(purge), List.of());
    }

    private static Rules.Route route(KeyShape shape) {
        return new Rules.Route(
                new Located<>(shape.route(), ANYWHERE),
                new Located<>("/" + shape.route(), ANYWHERE),
                Optional.empty(),
                Optional.empty(),
                new Rules.Access.Public(true),
                shape.parameters(),
                new Rules.QueryRule(shape.open() ? Rules.OtherQuery.KEY : Rules.OtherQuery.BYPASS, List.of()),
                new Rules.Ttl.Fixed(Duration.ofMinutes(1)),
                Duration.ZERO,
                Duration.ZERO,
                Map.of(200, Optional.empty()),
                List.of(),
                1024,
                OptionalLong.empty(),
                Set.of(),
                List.of(),
                Rules.VaryRule.NONE,
                List.of(),
                Rules.Jitter.NONE,
                0,
                Rules.Compression.NONE);
    }
}
