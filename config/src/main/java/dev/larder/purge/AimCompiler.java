package dev.larder.purge;

import dev.larder.key.KeyShape;
import dev.larder.rules.Located;
import dev.larder.rules.Problem;
import dev.larder.rules.Rules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Turns what a purge aims at, as the file writes it, into what it reaches in each route. What can reach no stored
 * response at all is a problem: the classic silent bug of a cache.
 */
final class AimCompiler {

    private final String file;
    private final Map<String, KeyShape> shapes;
    private final Map<String, List<String>> tags;
    private final Consumer<Problem> problems;

    AimCompiler(String file, Map<String, KeyShape> shapes, Map<String, List<String>> tags, Consumer<Problem> problems) {
        this.file = file;
        this.shapes = shapes;
        this.tags = tags;
        this.problems = problems;
    }

    List<Aimed> compile(Located<Rules.Aim> aim) {
        if (aim.value() instanceof Rules.Aim.Glob glob) {
            return glob(aim, glob);
        }
        if (aim.value() instanceof Rules.Aim.OfRoute route) {
            return route(aim, route);
        }
        if (aim.value() instanceof Rules.Aim.OfTag tag) {
            return tag(aim, tag);
        }
        Rules.Aim.OfIdentity identity = (Rules.Aim.OfIdentity) aim.value();
        SortedMap<String, ValueTemplate> claims = new TreeMap<>();
        identity.where().forEach((claim, text) -> {
            // A star says nothing about the claim, and what is only narrowed by one is not narrowed at all.
            if (text.indexOf('*') < 0) {
                claims.put(claim, ValueTemplate.parse(text));
            }
        });
        return List.of(new Aimed.OfIdentity(identity.identity(), claims));
    }

    private List<Aimed> glob(Located<Rules.Aim> aim, Rules.Aim.Glob written) {
        KeyGlob glob = KeyGlob.parse(written.glob());
        List<Aimed> aimed = new ArrayList<>();
        for (KeyShape shape : shapes.values()) {
            glob.over(shape).ifPresent(fixed -> aimed.add(new Aimed.OfRoute(shape.route(), fixed)));
        }
        if (aimed.isEmpty() && !written.optional()) {
            problems.accept(new Problem(
                    file,
                    aim.at(),
                    "\"" + written.glob() + "\" matches no key that any route writes",
                    "a glob over the keys of a route, or optional: true",
                    nearest(written.glob())));
        }
        return aimed;
    }

    /** A tag holds key parameters, so whoever has it lies in a group that fixes these: it needs none of its own. */
    private List<Aimed> tag(Located<Rules.Aim> aim, Rules.Aim.OfTag written) {
        KeyGlob glob = KeyGlob.parse(written.tag());
        List<Aimed> aimed = new ArrayList<>();
        tags.forEach((route, texts) -> {
            KeyShape shape = Objects.requireNonNull(shapes.get(route), route);
            for (String text : texts) {
                glob.overTag(text, shape).ifPresent(fixed -> aimed.add(new Aimed.OfRoute(route, fixed)));
            }
        });
        if (aimed.isEmpty() && !written.optional()) {
            problems.accept(new Problem(
                    file,
                    aim.at(),
                    "\"" + written.tag() + "\" matches no tag that any route has",
                    tags.values().stream().allMatch(List::isEmpty)
                            ? "a route with such a tag, or optional: true"
                            : "one of " + known() + ", or optional: true",
                    Optional.empty()));
        }
        return aimed;
    }

    private String known() {
        return tags.values().stream()
                .flatMap(List::stream)
                .distinct()
                .map(tag -> "\"" + tag + "\"")
                .collect(Collectors.joining(", "));
    }

    private List<Aimed> route(Located<Rules.Aim> aim, Rules.Aim.OfRoute written) {
        KeyShape shape = shapes.get(written.route());
        if (shape == null) {
            if (!written.optional()) {
                problems.accept(new Problem(
                        file,
                        aim.at(),
                        "no route is named \"" + written.route() + "\"",
                        "the name of a route",
                        nearest(written.route())));
            }
            return List.of();
        }
        SortedMap<String, FixedValue> fixed = new TreeMap<>();
        for (Map.Entry<String, String> parameter : written.where().entrySet()) {
            Rules.KeySource source = shape.parameters().get(parameter.getKey());
            if (source == null || parameter.getValue().indexOf('*') >= 0) {
                continue;
            }
            FixedValue value = new FixedValue.Composed(ValueTemplate.parse(parameter.getValue()));
            if (value.variables().isEmpty() && value.in(source, Map.of()).isEmpty()) {
                if (!written.optional()) {
                    problems.accept(new Problem(
                            file,
                            aim.at(),
                            "no key of " + written.route() + " holds \"" + parameter.getValue() + "\" as "
                                    + parameter.getKey(),
                            "a value of its type and within its bounds, or optional: true",
                            Optional.empty()));
                }
                return List.of();
            }
            fixed.put(parameter.getKey(), value);
        }
        return List.of(new Aimed.OfRoute(written.route(), fixed));
    }

    /** The keys of the route that is written most alike, as a glob. */
    private Optional<String> nearest(String text) {
        String glob = text.replaceAll("\\{[^}]*\\}", "*");
        return shapes.values().stream()
                .map(AimCompiler::widest)
                .min(Comparator.comparingInt(shape -> distance(glob, shape)));
    }

    private static String widest(KeyShape shape) {
        StringBuilder glob = new StringBuilder(shape.route());
        for (String parameter : shape.parameters().keySet()) {
            glob.append(':').append(parameter).append(":*");
        }
        return glob.append(shape.open() ? "*" : "").toString();
    }

    /** Edits from a glob to a shape, where an end of the shape that the glob leaves off costs little. */
    private static int distance(String glob, String shape) {
        int[] row = new int[shape.length() + 1];
        for (int j = 0; j <= shape.length(); j++) {
            row[j] = 4 * j;
        }
        for (int i = 1; i <= glob.length(); i++) {
            int diagonal = row[0];
            row[0] = 4 * i;
            for (int j = 1; j <= shape.length(); j++) {
                int replace = diagonal + (glob.charAt(i - 1) == shape.charAt(j - 1) ? 0 : 4);
                diagonal = row[j];
                row[j] = Math.min(replace, 4 + Math.min(row[j], row[j - 1]));
            }
        }
        int least = Integer.MAX_VALUE;
        for (int j = 0; j <= shape.length(); j++) {
            least = Math.min(least, row[j] + shape.length() - j);
        }
        return least;
    }
}
