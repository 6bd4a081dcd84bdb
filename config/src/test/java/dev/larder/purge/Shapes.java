package dev.larder.purge;

import dev.larder.key.KeyShape;
import dev.larder.rules.Located;
import dev.larder.rules.Position;
import dev.larder.rules.Rules;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** Key shapes by hand, for tests. */
final class Shapes {

    static final List<KeyShape> COURSE = List.of(
            closed("public:lessons", "page#", "limit#", "search"),
            closed("user:courses", "userId", "page#", "limit#", "search"),
            closed("admin:courses", "adminId", "page#", "limit#", "search"),
            closed("admin:lessons:course", "courseId", "page#", "limit#", "search"),
            closed("admin:course:details", "courseId"),
            closed("user:course:details", "courseId"),
            closed("admin:lesson:details", "courseId", "lessonId"),
            closed("admin:course:participants", "courseId", "page#", "limit#", "search"),
            closed("user:course:participants", "courseId", "page#", "limit#", "search"),
            closed("user:lessons:course", "userId", "courseId", "page#", "limit#", "search"));

    private Shapes() {}

    /** A shape whose parameters are strings, or ints where the name ends in {@code #}. */
    static KeyShape closed(String route, String... parameters) {
        return new KeyShape(route, sources(parameters), false);
    }

    static KeyShape open(String route, String... parameters) {
        return new KeyShape(route, sources(parameters), true);
    }

    private static SortedMap<String, Rules.KeySource> sources(String... parameters) {
        SortedMap<String, Rules.KeySource> sources = new TreeMap<>();
        for (String parameter : parameters) {
            boolean isInt = parameter.endsWith("#");
            String name = isInt ? parameter.substring(0, parameter.length() - 1) : parameter;
            sources.put(name, source(name, isInt ? Rules.ValueType.INT : Rules.ValueType.STRING, Rules.Many.ONE));
        }
        return sources;
    }

    static Rules.KeySource source(String name, Rules.ValueType type, Rules.Many many) {
        return new Rules.KeySource(
                new Located<>(new Rules.Source.Query(name), new Position(1, 1)),
                type,
                List.of(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                false,
                false,
                many);
    }
}
