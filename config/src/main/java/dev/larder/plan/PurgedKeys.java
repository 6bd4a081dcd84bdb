package dev.larder.plan;

import dev.larder.key.KeyShape;
import dev.larder.purge.FixedValue;
import dev.larder.purge.KeyGlob;
import dev.larder.purge.PurgeGroup;
import dev.larder.rules.Rules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Which keys lie in purged groups, for the {@code purges} and {@code keeps} of a test. Decided over the shapes of keys,
 * as purging itself is: all keys that an item can match, not those that happen to be stored.
 */
final class PurgedKeys {

    private final List<KeyShape> shapes = new ArrayList<>();
    private final Map<String, List<Map<String, String>>> purged = new HashMap<>();

    PurgedKeys(Rules rules, Collection<PurgeGroup> groups) {
        rules.routes().forEach(route -> shapes.add(KeyShape.of(route)));
        for (PurgeGroup group : groups) {
            purged.computeIfAbsent(group.route(), route -> new ArrayList<>()).add(fixed(group));
        }
    }

    /** The parameters of a group by its name, {@code route:NAME:p=v:q=w}: neither names nor values hold a colon. */
    private static Map<String, String> fixed(PurgeGroup group) {
        Map<String, String> fixed = new HashMap<>();
        String rest = group.name()
                .substring(group.name().indexOf(':') + 1 + group.route().length());
        for (String part : rest.split(":", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                fixed.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        return fixed;
    }

    /** Whether some route writes a key that the item matches. */
    boolean canExist(KeyGlob item) {
        return shapes.stream().anyMatch(shape -> item.over(shape).isPresent());
    }

    /** A route in which the item matches a key that is not purged, or empty where all that it matches is. */
    Optional<String> keptIn(KeyGlob item) {
        for (KeyShape shape : shapes) {
            Optional<SortedMap<String, FixedValue>> reached = item.over(shape);
            if (reached.isPresent() && !isCovered(shape, reached.get())) {
                return Optional.of(shape.route());
            }
        }
        return Optional.empty();
    }

    private boolean isCovered(KeyShape shape, SortedMap<String, FixedValue> reached) {
        for (Map<String, String> group : purged.getOrDefault(shape.route(), List.of())) {
            boolean covers = group.entrySet().stream()
                    .allMatch(parameter -> reached.get(parameter.getKey()) instanceof FixedValue.Literal literal
                            && literal.escaped().equals(parameter.getValue()));
            if (covers) {
                return true;
            }
        }
        return false;
    }

    /** A route in which the item matches a key that is purged, or empty where none that it matches is. */
    Optional<String> purgedIn(KeyGlob item) {
        for (KeyShape shape : shapes) {
            for (Map<String, String> group : purged.getOrDefault(shape.route(), List.of())) {
                if (item.meets(shape, group)) {
                    return Optional.of(shape.route());
                }
            }
        }
        return Optional.empty();
    }
}
