package dev.larder.rules;

import dev.larder.rules.Rules.Aim;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What purges are aimed at: items of {@code purge} and of a purge set. */
final class AimReader {

    private static final String EXPECTED = "a key glob, or a map with one of glob, route, tag, set, identity";

    /** One item as it stands: an aim, or a set to be expanded. */
    sealed interface Item {

        /** Aimed at directly. */
        record Direct(Located<Aim> aim) implements Item {}

        /** All that a set holds. */
        record OfSet(Located<String> set) implements Item {}
    }

    private final Map<String, Set<String>> parameters = new LinkedHashMap<>();
    private final boolean routesKnown;
    private final Identities identities;
    private final Problems problems;

    /**
     * Aims at these routes.
     *
     * @param routesKnown whether all routes could be read; if not, an unknown name proves nothing
     */
    AimReader(List<Rules.Route> routes, boolean routesKnown, Identities identities, Problems problems) {
        routes.forEach(route -> parameters.put(route.name().value(), route.key().keySet()));
        this.routesKnown = routesKnown;
        this.identities = identities;
        this.problems = problems;
    }

    List<Item> read(List<YamlNode> nodes, String what) {
        List<Item> items = new ArrayList<>();
        for (YamlNode node : nodes) {
            if (node instanceof YamlNode.Mapping mapping) {
                item(mapping).ifPresent(items::add);
            } else {
                Scalars.text(node, "an item of " + what, EXPECTED, problems)
                        .ifPresent(text -> items.add(glob(text, false)));
            }
        }
        return items;
    }

    private Optional<Item> item(YamlNode.Mapping mapping) {
        if (Unquoted.report(mapping, problems)) {
            return Optional.empty();
        }
        List<Section> kinds = Grammar.AIMS.stream()
                .filter(section -> mapping.get(section.names().get(0)).isPresent())
                .toList();
        if (kinds.size() != 1) {
            problems.add(
                    mapping.at(),
                    kinds.isEmpty() ? "an item that aims at nothing" : "an item with " + both(kinds),
                    EXPECTED,
                    kinds.isEmpty() ? nearest(mapping) : Optional.empty());
            return Optional.empty();
        }
        Section kind = kinds.get(0);
        return SectionReader.of(kind, mapping, "", problems).flatMap(section -> switch (kind.names()
                .get(0)) {
            case "glob" -> section.text("glob").map(text -> glob(text, optional(section)));
            case "route" -> section.text("route").map(text -> route(section, text));
            case "tag" -> section.text("tag").map(text -> tag(section, text));
            case "set" -> section.text("set").map(Item.OfSet::new);
            default -> section.text("identity").map(text -> identity(section, text));
        });
    }

    private static String both(List<Section> kinds) {
        return String.join(
                " and ", kinds.stream().map(kind -> kind.names().get(0)).toList());
    }

    private static Optional<String> nearest(YamlNode.Mapping mapping) {
        List<String> known = List.of("glob", "route", "tag", "set", "identity");
        return mapping.entries().stream()
                .flatMap(entry -> Nearest.of(entry.key(), known).stream())
                .findFirst();
    }

    private static boolean optional(SectionReader section) {
        return section.flag("optional").orElse(false);
    }

    private Item glob(Located<String> text, boolean optional) {
        Names.checkBraces(text, problems);
        if (text.value().isEmpty()) {
            problems.add(text.at(), "an empty glob", "a key glob such as \"admin:courses:*\"");
        }
        return new Item.Direct(new Located<>(new Aim.Glob(text.value(), optional), text.at()));
    }

    private Item tag(SectionReader section, Located<String> text) {
        Names.checkBraces(text, problems);
        return new Item.Direct(new Located<>(new Aim.OfTag(text.value(), optional(section)), text.at()));
    }

    private Item route(SectionReader section, Located<String> name) {
        Map<String, Located<String>> where = section.textMap("where");
        if (parameters.containsKey(name.value())) {
            Set<String> known = parameters.getOrDefault(name.value(), Set.of());
            checkNames(section, where.keySet(), known, "the key of " + name.value() + " has no parameter ");
        } else if (routesKnown) {
            unknown("route", name, parameters.keySet());
        }
        return new Item.Direct(
                new Located<>(new Aim.OfRoute(name.value(), values(where), optional(section)), name.at()));
    }

    private Item identity(SectionReader section, Located<String> name) {
        Map<String, Located<String>> where = section.textMap("where");
        if (!identities.has(name.value())) {
            unknown("identity", name, identities.names());
        }
        identities
                .claims(name.value())
                .ifPresent(claims ->
                        checkNames(section, where.keySet(), claims, "the identity " + name.value() + " has no claim "));
        return new Item.Direct(
                new Located<>(new Aim.OfIdentity(name.value(), values(where), optional(section)), name.at()));
    }

    private void unknown(String kind, Located<String> name, Collection<String> known) {
        problems.add(
                name.at(),
                kind + " is " + Quoted.text(name.value()) + ", which is not defined",
                known.isEmpty() ? "a name that the file defines" : "one of " + String.join(", ", known),
                Nearest.of(name.value(), known));
    }

    private void checkNames(SectionReader section, Set<String> given, Set<String> known, String wrong) {
        for (YamlNode.Entry entry : section.entries("where")) {
            if (given.contains(entry.key()) && !known.contains(entry.key())) {
                problems.add(
                        entry.at(),
                        wrong + Quoted.text(entry.key()),
                        known.isEmpty() ? "no where, as there are none" : "one of " + String.join(", ", known),
                        Nearest.of(entry.key(), known));
            }
        }
    }

    private Map<String, String> values(Map<String, Located<String>> where) {
        Map<String, String> values = new LinkedHashMap<>();
        where.forEach((name, text) -> {
            Names.checkBraces(text, problems);
            values.put(name, text.value());
        });
        return Collections.unmodifiableMap(values);
    }

    /** Names in braces, in whatever texts an aim has. */
    static Set<String> variables(Aim aim) {
        Collection<String> texts;
        if (aim instanceof Aim.Glob glob) {
            texts = List.of(glob.glob());
        } else if (aim instanceof Aim.OfTag tag) {
            texts = List.of(tag.tag());
        } else if (aim instanceof Aim.OfRoute route) {
            texts = route.where().values();
        } else {
            texts = ((Aim.OfIdentity) aim).where().values();
        }
        Set<String> names = new LinkedHashSet<>();
        texts.forEach(text -> names.addAll(Names.variables(text)));
        return names;
    }
}
