package dev.larder.purge;

import dev.larder.key.KeyShape;
import dev.larder.rules.Located;
import dev.larder.rules.Problem;
import dev.larder.rules.Rules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * All purges of a rules file over the keys of all its routes: which groups a stored response belongs to, and which
 * groups a purge comes to once its variables are known. Immutable; any thread.
 */
public final class PurgePlanner {

    /** A set of fixed parameters larger than this makes no subsets: they would be too many groups for each response. */
    private static final int MOST_WITH_SUBSETS = 3;

    private final Map<String, List<Aimed>> aims;
    private final Map<String, Aimed.OfRoute> paths;
    private final AimFiller filler;
    private final Map<String, RouteGroups> groups;
    private final Function<Consumer<Problem>, AimCompiler> compilers;

    private PurgePlanner(
            Map<String, List<Aimed>> aims,
            Map<String, Aimed.OfRoute> paths,
            Map<String, KeyShape> shapes,
            Function<Consumer<Problem>, AimCompiler> compilers) {
        this.compilers = compilers;
        this.aims = aims;
        this.paths = paths;
        this.groups = groups(aims, paths);
        this.filler = new AimFiller(shapes, groups);
    }

    /**
     * Lays every aim over the keys of all routes.
     *
     * @param rules a file without problems of its own
     * @param problems told of each aim that can match nothing
     */
    public static PurgePlanner compile(Rules rules, Consumer<Problem> problems) {
        Map<String, KeyShape> shapes = new LinkedHashMap<>();
        Map<String, List<String>> tags = new LinkedHashMap<>();
        Map<String, Aimed.OfRoute> paths = new LinkedHashMap<>();
        for (Rules.Route route : rules.routes()) {
            KeyShape shape = KeyShape.of(route);
            shapes.put(shape.route(), shape);
            tags.put(shape.route(), route.tags().stream().map(Located::value).toList());
            paths.put(shape.route(), path(shape));
        }
        Function<Consumer<Problem>, AimCompiler> compilers = told -> new AimCompiler(rules.file(), shapes, tags, told);
        AimCompiler compiler = compilers.apply(problems);
        Map<String, List<Aimed>> aims = new LinkedHashMap<>();
        for (Rules.Purge purge : rules.purges()) {
            List<Aimed> compiled = new ArrayList<>();
            for (Located<Rules.Aim> aim : purge.aims()) {
                compiled.addAll(compiler.compile(aim));
            }
            aims.put(purge.name().value(), List.copyOf(compiled));
        }
        return new PurgePlanner(aims, paths, shapes, compilers);
    }

    /** All that is stored of one path: the key parameters that the path alone decides (RFC 9111 section 4.4). */
    private static Aimed.OfRoute path(KeyShape shape) {
        SortedMap<String, FixedValue> fixed = new TreeMap<>();
        shape.parameters().forEach((parameter, source) -> {
            if (source.from().value() instanceof Rules.Source.Path variable) {
                fixed.put(
                        parameter,
                        new FixedValue.Composed(
                                new ValueTemplate(List.of(new ValueTemplate.Part.Variable(variable.name())))));
            }
        });
        return new Aimed.OfRoute(shape.route(), fixed);
    }

    private static Map<String, RouteGroups> groups(Map<String, List<Aimed>> aims, Map<String, Aimed.OfRoute> paths) {
        Map<String, Set<SortedSet<String>>> patterns = new LinkedHashMap<>();
        // No subsets of these: a path in doubt is rare, and each pattern is one more group for every stored response.
        paths.forEach((route, path) ->
                patterns.computeIfAbsent(route, name -> new HashSet<>()).add(Aimed.without(path.fixed(), Set.of())));
        for (List<Aimed> aimed : aims.values()) {
            for (Aimed one : aimed) {
                if (one instanceof Aimed.OfRoute within) {
                    patterns.computeIfAbsent(within.route(), name -> new HashSet<>())
                            .addAll(patterns(within.fixed()));
                }
            }
        }
        Map<String, RouteGroups> groups = new LinkedHashMap<>();
        patterns.forEach((route, sets) -> groups.put(route, new RouteGroups(route, sets)));
        return groups;
    }

    /** The parameters that are fixed, for every choice of variables that could turn out not to be readable. */
    private static Set<SortedSet<String>> patterns(SortedMap<String, FixedValue> fixed) {
        Set<SortedSet<String>> patterns = new HashSet<>();
        patterns.add(Aimed.without(fixed, Set.of()));
        List<String> variables = List.copyOf(new Aimed.OfRoute("", fixed).variables());
        if (fixed.size() <= MOST_WITH_SUBSETS && variables.size() <= MOST_WITH_SUBSETS) {
            for (int choice = 1; choice < 1 << variables.size(); choice++) {
                Set<String> unreadable = new HashSet<>();
                for (int i = 0; i < variables.size(); i++) {
                    if ((choice & 1 << i) != 0) {
                        unreadable.add(variables.get(i));
                    }
                }
                patterns.add(Aimed.without(fixed, unreadable));
            }
        }
        return patterns;
    }

    /** The groups that the stored responses of a route belong to. */
    public RouteGroups groups(String route) {
        return Objects.requireNonNull(groups.get(route), route);
    }

    /** The variables that the aims of a purge name: no other one need be read. */
    public Set<String> variables(String purge) {
        Set<String> names = new HashSet<>();
        for (Aimed aimed : aims(purge)) {
            names.addAll(aimed.variables());
        }
        return names;
    }

    /** The groups that a purge comes to. */
    public Planned purge(String purge, Variables variables) {
        List<Planned> parts = new ArrayList<>();
        for (Aimed aimed : aims(purge)) {
            parts.add(filler.fill("purge " + purge, aimed, variables));
        }
        return Planned.all(parts);
    }

    /**
     * The group of all that is stored of a path that the route's template matches.
     *
     * @param variables those of the template
     */
    public Planned path(String route, Variables variables) {
        return filler.fill("path of " + route, Objects.requireNonNull(paths.get(route), route), variables);
    }

    /**
     * The groups of an aim that is not of the file: the narrowest ones that hold all it matches.
     *
     * @param problems told where it can match nothing
     */
    public Planned aim(Located<Rules.Aim> aim, Consumer<Problem> problems) {
        List<Planned> parts = new ArrayList<>();
        for (Aimed aimed : compilers.apply(problems).compile(aim)) {
            parts.add(filler.fill("purge", aimed, new Variables(Map.of())));
        }
        return Planned.all(parts);
    }

    private List<Aimed> aims(String purge) {
        return Objects.requireNonNull(aims.get(purge), purge);
    }
}
