package dev.larder.rules;

import dev.larder.rules.Rules.Aim;
import dev.larder.rules.Rules.Purge;
import dev.larder.rules.Rules.Source;
import dev.larder.rules.Rules.When;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The section {@code purges}. */
final class PurgeReader {

    private final Ttls ttls;
    private final Identities identities;
    private final PurgeSets sets;
    private final AimReader aims;
    private final Problems problems;

    PurgeReader(Ttls ttls, Identities identities, PurgeSets sets, AimReader aims, Problems problems) {
        this.ttls = ttls;
        this.identities = identities;
        this.sets = sets;
        this.aims = aims;
        this.problems = problems;
    }

    List<Purge> read(List<YamlNode> nodes) {
        Map<String, Purge> purges = new LinkedHashMap<>();
        for (YamlNode node : nodes) {
            SectionReader.of(Grammar.PURGE, node, "", problems)
                    .flatMap(this::purge)
                    .ifPresent(purge -> add(purges, purge));
        }
        return List.copyOf(purges.values());
    }

    private void add(Map<String, Purge> purges, Purge purge) {
        Purge first = purges.putIfAbsent(purge.name().value(), purge);
        if (first != null) {
            problems.add(
                    purge.name().at(),
                    "a second purge " + Quoted.text(purge.name().value()),
                    "a name of its own: the first is on line "
                            + first.name().at().line());
        }
    }

    private Optional<Purge> purge(SectionReader purge) {
        Optional<Located<String>> name = purge.text("name");
        name.filter(text -> !Names.isRoute(text.value()))
                .ifPresent(text -> purge.problem(
                        "name", text, "letters, digits and . _ ~ -, e.g. course-deleted", Optional.empty()));
        boolean otherwise = purge.flag("otherwise").orElse(false);
        int before = problems.count();
        List<When> when = new WhenReader(problems).read(purge.items("when"), "when");
        notEmpty(purge, "when");
        Set<String> inPaths = new LinkedHashSet<>();
        when.forEach(each -> inPaths.addAll(Names.variables(each.path().value())));
        boolean pathsKnown = problems.count() == before;
        Map<String, Located<Source>> with = with(purge, pathsKnown ? Optional.of(inPaths) : Optional.empty());
        List<Rules.Refusal> refused = new Statuses(ttls, problems).refused(purge);
        notEmpty(purge, "purge");
        List<Located<Aim>> aimed = sets.expand(aims.read(purge.items("purge"), "purge"));
        if (pathsKnown && with.size() == purge.entries("with").size()) {
            Set<String> known = new LinkedHashSet<>(inPaths);
            known.addAll(with.keySet());
            aimed.forEach(
                    aim -> checkVariables(aim, known, name.map(Located::value).orElse("?")));
        }
        Optional<Duration> againAfter = purge.lifetime("again-after", ttls);
        return name.map(text -> new Purge(text, otherwise, when, with, refused, aimed, againAfter));
    }

    private void notEmpty(SectionReader purge, String field) {
        if (purge.has(field) && purge.items(field).isEmpty()) {
            problems.add(purge.at(field), field + " is empty", purge.meaning(field));
        }
    }

    private Map<String, Located<Source>> with(SectionReader purge, Optional<Set<String>> inPaths) {
        Map<String, Located<Source>> with = new LinkedHashMap<>();
        purge.textMap("with").forEach((variable, text) -> {
            if (!Names.isVariable(variable)) {
                problems.add(
                        purge.entries("with").stream()
                                .filter(entry -> entry.key().equals(variable))
                                .findFirst()
                                .orElseThrow()
                                .at(),
                        "the variable's name is " + Quoted.text(variable),
                        "letters, digits and _ . -, e.g. courseId");
            }
            Sources.VARIABLE.parse(text, "with." + variable, problems).ifPresent(source -> {
                checkSource(source, inPaths);
                with.put(variable, source);
            });
        });
        return Collections.unmodifiableMap(with);
    }

    private void checkSource(Located<Source> source, Optional<Set<String>> inPaths) {
        if (source.value() instanceof Source.Path path) {
            inPaths.filter(names -> !names.contains(path.name()))
                    .ifPresent(names -> problems.add(
                            source.at(),
                            "path." + path.name() + " is no variable of a path in when",
                            names.isEmpty()
                                    ? "a path with a variable, e.g. /courses/{courseId}"
                                    : "one of " + dotted(names),
                            Nearest.of(path.name(), names).map(near -> "path." + near)));
        } else if (source.value() instanceof Source.Claim claim) {
            if (identities.isEmpty()) {
                problems.add(
                        source.at(),
                        "identity." + claim.name() + " without an identity",
                        "a section identity that says who a visitor is");
                return;
            }
            identities
                    .claims(identities.names())
                    .filter(claims -> !claims.contains(claim.name()))
                    .ifPresent(claims -> problems.add(
                            source.at(),
                            "no identity has a claim " + Quoted.text(claim.name()),
                            "one of " + String.join(", ", claims),
                            Nearest.of(claim.name(), claims).map(near -> "identity." + near)));
        }
    }

    private static String dotted(Set<String> names) {
        return String.join(", ", names.stream().map(name -> "path." + name).toList());
    }

    /** A variable that only some of the paths have widens where it is missing; one that none has is a slip. */
    private void checkVariables(Located<Aim> aim, Set<String> known, String purge) {
        for (String variable : AimReader.variables(aim.value())) {
            if (Names.isVariable(variable) && !known.contains(variable)) {
                problems.add(
                        aim.at(),
                        "the purge " + purge + " does not know {" + variable + "}",
                        known.isEmpty()
                                ? "a variable of its paths, or a definition in with"
                                : "one of "
                                        + String.join(
                                                ", ",
                                                known.stream()
                                                        .map(name -> "{" + name + "}")
                                                        .toList()) + ", or a definition in with",
                        Nearest.of(variable, known).map(near -> "{" + near + "}"));
            }
        }
    }
}
