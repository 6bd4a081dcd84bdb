package dev.larder.rules;

import dev.larder.rules.Rules.Aim;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The section {@code purge-sets}: lists of aims by name, which may hold further sets as long as none holds itself. */
final class PurgeSets {

    private final Map<String, List<AimReader.Item>> byName = new LinkedHashMap<>();
    private final Problems problems;
    /** Cycles that were noted, each as the names that it leads through. */
    private final Set<Set<String>> cycles = new HashSet<>();

    private PurgeSets(Problems problems) {
        this.problems = problems;
    }

    static PurgeSets read(List<YamlNode.Entry> entries, AimReader aims, Problems problems) {
        PurgeSets sets = new PurgeSets(problems);
        for (YamlNode.Entry entry : entries) {
            List<YamlNode> items =
                    entry.value() instanceof YamlNode.Sequence sequence ? sequence.items() : List.of(entry.value());
            sets.byName.put(entry.key(), aims.read(items, "purge-sets." + entry.key()));
        }
        // Also what no purge uses must make sense.
        sets.byName.forEach((name, items) -> sets.expand(items, new LinkedHashSet<>(Set.of(name))));
        return sets;
    }

    /** Aims with every set replaced by what it holds; the same aim is there once. */
    List<Located<Aim>> expand(List<AimReader.Item> items) {
        return expand(items, new LinkedHashSet<>());
    }

    private List<Located<Aim>> expand(List<AimReader.Item> items, Set<String> within) {
        // By place, not by what it says: an aim is one object however many sets lead to it.
        Set<Located<Aim>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Located<Aim>> aims = new ArrayList<>();
        for (AimReader.Item item : items) {
            if (item instanceof AimReader.Item.Direct direct) {
                if (seen.add(direct.aim())) {
                    aims.add(direct.aim());
                }
            } else if (item instanceof AimReader.Item.OfSet reference) {
                expand(reference.set(), within).stream().filter(seen::add).forEach(aims::add);
            }
        }
        return List.copyOf(aims);
    }

    private List<Located<Aim>> expand(Located<String> name, Set<String> within) {
        List<AimReader.Item> items = byName.get(name.value());
        if (items == null) {
            problems.add(
                    name.at(),
                    "set is " + Quoted.text(name.value()) + ", which is not defined",
                    byName.isEmpty()
                            ? "a section purge-sets that defines it"
                            : "one of " + String.join(", ", byName.keySet()),
                    Nearest.of(name.value(), byName.keySet()));
            return List.of();
        }
        if (!within.add(name.value())) {
            List<String> path = new ArrayList<>(within);
            Set<String> cycle = Set.copyOf(path.subList(path.indexOf(name.value()), path.size()));
            if (cycles.add(cycle)) {
                problems.add(
                        name.at(),
                        "the set " + Quoted.text(name.value()) + " holds itself",
                        "sets that do not lead back to themselves");
            }
            return List.of();
        }
        List<Located<Aim>> aims = new ArrayList<>(expand(items, within));
        within.remove(name.value());
        return aims;
    }
}
