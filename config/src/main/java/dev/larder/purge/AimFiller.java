package dev.larder.purge;

import dev.larder.key.KeyShape;
import dev.larder.rules.Rules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Fills the variables of a compiled aim. What cannot be filled is left out of the group, which makes it wider: at worst
 * the whole route, never nothing.
 */
final class AimFiller {

    /** More combinations of values than this in one aim, and the variables with the most values are not filled. */
    private static final int MOST_COMBINATIONS = 64;

    private final Map<String, KeyShape> shapes;
    private final Map<String, RouteGroups> groups;

    AimFiller(Map<String, KeyShape> shapes, Map<String, RouteGroups> groups) {
        this.shapes = shapes;
        this.groups = groups;
    }

    /**
     * The groups that an aim comes to.
     *
     * @param rule whose aim it is, for the sentences
     */
    Planned fill(String rule, Aimed aimed, Variables variables) {
        Set<PurgeGroup> filled = new LinkedHashSet<>();
        Set<String> widened = new LinkedHashSet<>();
        for (Map<String, String> values : combinations(rule, aimed, variables, widened)) {
            if (aimed instanceof Aimed.OfRoute route) {
                filled.add(within(rule, route, values, widened));
            } else if (aimed instanceof Aimed.OfIdentity identity) {
                filled.add(known(identity, values));
            }
        }
        return Planned.all(List.of(new Planned(List.copyOf(filled), List.copyOf(widened))));
    }

    private PurgeGroup within(String rule, Aimed.OfRoute aimed, Map<String, String> values, Set<String> widened) {
        KeyShape shape = Objects.requireNonNull(shapes.get(aimed.route()), aimed.route());
        SortedMap<String, String> known = new TreeMap<>();
        aimed.fixed().forEach((parameter, value) -> {
            if (!values.keySet().containsAll(value.variables())) {
                return;
            }
            Rules.KeySource source = Objects.requireNonNull(shape.parameters().get(parameter), parameter);
            Optional<String> escaped = value.in(source, values);
            if (escaped.isPresent()) {
                known.put(parameter, escaped.get());
            } else {
                widened.add(rule + ": what {" + String.join("}, {", value.variables()) + "} holds is no " + parameter
                        + " that a key of " + aimed.route() + " could have, so everything at its place is purged");
            }
        });
        return Objects.requireNonNull(groups.get(aimed.route()), aimed.route()).around(known);
    }

    /** A group of what is known of visitors names one claim at most; of several any one holds all that are meant. */
    private static PurgeGroup known(Aimed.OfIdentity aimed, Map<String, String> values) {
        for (Map.Entry<String, ValueTemplate> claim : aimed.claims().entrySet()) {
            Optional<String> value = claim.getValue().fill(values);
            if (value.isPresent()) {
                return PurgeGroup.ofIdentity(aimed.identity(), claim.getKey(), value.get());
            }
        }
        return PurgeGroup.ofIdentity(aimed.identity());
    }

    /** Every choice of one value for each variable that can be read; a single empty one where none can. */
    private static List<Map<String, String>> combinations(
            String rule, Aimed aimed, Variables variables, Set<String> widened) {
        Map<String, List<String>> known = new LinkedHashMap<>();
        for (String name : aimed.variables()) {
            Variables.Value value = variables.get(name);
            if (value instanceof Variables.Value.Known read) {
                known.put(name, List.copyOf(new LinkedHashSet<>(read.values())));
            } else if (value instanceof Variables.Value.Unreadable unreadable) {
                widened.add(rule + ": {" + name + "} is not known (" + unreadable.why()
                        + "), so everything at its place is purged");
            }
        }
        for (String name : tooMany(known)) {
            known.remove(name);
            widened.add(rule + ": {" + name + "} holds too many values, so everything at its place is purged");
        }
        List<Map<String, String>> combinations = List.of(Map.of());
        for (Map.Entry<String, List<String>> variable : known.entrySet()) {
            List<Map<String, String>> longer = new ArrayList<>();
            for (Map<String, String> combination : combinations) {
                for (String value : variable.getValue()) {
                    Map<String, String> with = new LinkedHashMap<>(combination);
                    with.put(variable.getKey(), value);
                    longer.add(with);
                }
            }
            combinations = longer;
        }
        return combinations;
    }

    private static Set<String> tooMany(Map<String, List<String>> known) {
        Set<String> dropped = new HashSet<>();
        while (true) {
            long combinations = 1;
            String most = "";
            int count = 1;
            for (Map.Entry<String, List<String>> variable : known.entrySet()) {
                int values = variable.getValue().size();
                if (dropped.contains(variable.getKey())) {
                    continue;
                }
                combinations = Math.min(combinations * values, Integer.MAX_VALUE);
                if (values > count) {
                    count = values;
                    most = variable.getKey();
                }
            }
            if (combinations <= MOST_COMBINATIONS) {
                return dropped;
            }
            dropped.add(most);
        }
    }
}
