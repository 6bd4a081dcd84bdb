package dev.larder.purge;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The groups that a purge comes to.
 *
 * @param groups without duplicates, and without those that a whole route's or identity's own group covers
 * @param widened where more is purged than the rule aims at, because something could not be read: one sentence each,
 *     naming rule and variable, never a value
 */
public record Planned(List<PurgeGroup> groups, List<String> widened) {

    /** Nothing. */
    public static final Planned NOTHING = new Planned(List.of(), List.of());

    /** Copies both lists. */
    public Planned {
        groups = List.copyOf(groups);
        widened = List.copyOf(widened);
    }

    /** All of these together. */
    public static Planned all(Collection<Planned> parts) {
        Set<PurgeGroup> groups = new LinkedHashSet<>();
        Set<String> widened = new LinkedHashSet<>();
        for (Planned part : parts) {
            groups.addAll(part.groups);
            widened.addAll(part.widened);
        }
        return new Planned(withoutCovered(groups), List.copyOf(widened));
    }

    private static List<PurgeGroup> withoutCovered(Set<PurgeGroup> groups) {
        Set<PurgeGroup> whole = new HashSet<>();
        for (PurgeGroup group : groups) {
            if (group.name().indexOf('=') < 0) {
                whole.add(group);
            }
        }
        List<PurgeGroup> kept = new ArrayList<>();
        for (PurgeGroup group : groups) {
            if (whole.contains(group) || !whole.contains(whole(group))) {
                kept.add(group);
            }
        }
        return kept;
    }

    /** The group of the whole route or identity that a narrower one lies in: its name up to the first {@code :p=}. */
    private static PurgeGroup whole(PurgeGroup group) {
        String name = group.name();
        int equals = name.indexOf('=');
        return new PurgeGroup(name.substring(0, name.lastIndexOf(':', equals)), group.route());
    }
}
