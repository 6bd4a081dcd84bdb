package dev.larder.rules;

import dev.larder.rules.Rules.Access;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which identity applies to a route, and who may see it. */
final class AccessReader {

    private final Identities identities;
    private final Problems problems;

    AccessReader(Identities identities, Problems problems) {
        this.identities = identities;
        this.problems = problems;
    }

    /** The identity that applies: named, or the only one. */
    Optional<Located<String>> identity(SectionReader route) {
        Optional<Located<String>> named = route.text("identity");
        if (named.isEmpty()) {
            return identities.only().map(only -> new Located<>(only, route.at()));
        }
        if (!identities.has(named.get().value())) {
            problems.add(
                    named.get().at(),
                    "identity is " + Quoted.text(named.get().value()) + ", which is not defined",
                    identities.isEmpty()
                            ? "a section identity that defines it"
                            : "one of " + String.join(", ", identities.names()),
                    Nearest.of(named.get().value(), identities.names()));
            return Optional.empty();
        }
        return named;
    }

    /** Notes that a route must say which of several identities it means. */
    void requireIdentity(SectionReader route, String user) {
        if (!route.has("identity") && identities.names().size() > 1) {
            problems.add(
                    route.at(),
                    "a route whose " + user + " uses an identity does not say which",
                    "a field identity with one of " + String.join(", ", identities.names()));
        }
    }

    Access access(SectionReader route, Optional<String> identity) {
        Optional<YamlNode> node = route.node("access");
        if (node.isEmpty()) {
            if (!identities.isEmpty()) {
                problems.add(
                        route.at(),
                        "a route without \"access\"",
                        "access: public, or the claims that a visitor must have, e.g. access: { role: ADMIN }");
            }
            return new Access.Public(false);
        }
        if (node.get() instanceof YamlNode.Mapping mapping) {
            return claims(route, mapping, identity);
        }
        route.text("access").ifPresent(text -> {
            if (!text.value().equals("public")) {
                route.problem("access", text, route.meaning("access"), Nearest.of(text.value(), List.of("public")));
            }
        });
        return new Access.Public(true);
    }

    private Access claims(SectionReader route, YamlNode.Mapping mapping, Optional<String> identity) {
        if (mapping.entries().isEmpty()) {
            problems.add(
                    mapping.at(),
                    "access is empty",
                    "public, or the claims that a visitor must have, e.g. { role: ADMIN }");
        }
        if (identities.isEmpty()) {
            problems.add(
                    mapping.at(),
                    "access asks for claims without an identity",
                    "a section identity that says who a visitor is");
        } else {
            requireIdentity(route, "access");
        }
        Map<String, Set<String>> required = new LinkedHashMap<>();
        for (YamlNode.Entry entry : route.entries("access")) {
            checkClaim(entry, identity);
            required.put(entry.key(), values(entry));
        }
        return new Access.Claims(Collections.unmodifiableMap(required));
    }

    private Set<String> values(YamlNode.Entry entry) {
        List<YamlNode> items =
                entry.value() instanceof YamlNode.Sequence sequence ? sequence.items() : List.of(entry.value());
        Set<String> values = new LinkedHashSet<>();
        for (YamlNode item : items) {
            Scalars.text(item, "access." + entry.key(), "a value such as ADMIN, or a list of values", problems)
                    .ifPresent(text -> values.add(text.value()));
        }
        if (items.isEmpty()) {
            problems.add(
                    entry.value().at(),
                    "access." + entry.key() + " is empty",
                    "a value such as ADMIN, or a list of values");
        }
        return Collections.unmodifiableSet(values);
    }

    private void checkClaim(YamlNode.Entry entry, Optional<String> identity) {
        identity.flatMap(identities::claims)
                .filter(claims -> !claims.contains(entry.key()))
                .ifPresent(claims -> problems.add(
                        entry.at(),
                        "the identity " + identity.get() + " has no claim " + Quoted.text(entry.key()),
                        "one of " + String.join(", ", claims),
                        Nearest.of(entry.key(), claims)));
    }
}
