package dev.larder.plan;

import dev.larder.http.Target;
import dev.larder.purge.Variables;
import dev.larder.route.RouteTemplate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a path meets a template. A path in doubt meets every template that any reading of it meets, and a variable that
 * two readings give different values is not readable.
 *
 * @param certainty yes where every reading meets it
 * @param variables of the template
 */
record PathMatch(Certainty certainty, Map<String, Variables.Value> variables) {

    private static final Variables.Value IN_DOUBT =
            new Variables.Value.Unreadable("the path can be read in more than one way");

    /** Null where no reading of the path meets the template. */
    static @Nullable PathMatch of(RouteTemplate template, Target target) {
        List<List<String>> readings = readings(target);
        if (readings.isEmpty()) {
            return inDoubt(template);
        }
        List<Map<String, String>> matches = new ArrayList<>();
        for (List<String> reading : readings) {
            template.match(reading).ifPresent(matches::add);
        }
        if (matches.isEmpty()) {
            return null;
        }
        return new PathMatch(matches.size() == readings.size() ? Certainty.YES : Certainty.MAYBE, merged(matches));
    }

    /** A trailing slash is no doubt for a key, but many a backend takes a write with one for a write without. */
    private static List<List<String>> readings(Target target) {
        List<List<String>> readings = target.readings();
        if (readings.size() != 1) {
            return readings;
        }
        List<String> only = readings.get(0);
        int last = only.size() - 1;
        return last > 0 && only.get(last).isEmpty() ? List.of(only, only.subList(0, last)) : readings;
    }

    /** Of a path with too many readings to list. */
    static PathMatch inDoubt(RouteTemplate template) {
        Map<String, Variables.Value> variables = new LinkedHashMap<>();
        for (String name : template.variables()) {
            variables.put(name, IN_DOUBT);
        }
        return new PathMatch(Certainty.MAYBE, variables);
    }

    /** What several readings agree on. */
    static Map<String, Variables.Value> merged(List<Map<String, String>> readings) {
        Map<String, Variables.Value> merged = new LinkedHashMap<>();
        for (Map<String, String> reading : readings) {
            reading.forEach((name, value) -> {
                Variables.Value known = new Variables.Value.Known(List.of(value));
                merged.merge(name, known, (before, now) -> before.equals(now) ? before : IN_DOUBT);
            });
        }
        return merged;
    }
}
