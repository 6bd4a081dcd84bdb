package dev.larder.plan;

import dev.larder.key.KeyShape;
import dev.larder.purge.PurgePlanner;
import dev.larder.route.RouteTable;
import dev.larder.route.RouteTemplate;
import dev.larder.rules.Located;
import dev.larder.rules.Position;
import dev.larder.rules.Problem;
import dev.larder.rules.Rules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compiles a file and finds what only shows when its parts are laid side by side: templates that an earlier one shadows,
 * globs that match no key, keys that two routes could write. Used once, by one thread.
 */
final class RulebookCompiler {

    private static final String EXPECTED = "; expected ";

    private final Rules rules;
    private final List<Problem> problems = new ArrayList<>();

    RulebookCompiler(Rules rules) {
        this.rules = rules;
    }

    Rulebook.Compiled compile() {
        List<RouteTable.Entry> entries = new ArrayList<>();
        List<Rules.Route> parsed = new ArrayList<>();
        for (Rules.Route route : rules.routes()) {
            template(route.template()).ifPresent(template -> {
                entries.add(new RouteTable.Entry(route.host(), template));
                parsed.add(route);
            });
        }
        duplicates();
        RouteTable table = new RouteTable(entries);
        shadows(table, parsed);
        meetings();
        PurgePlanner planner = PurgePlanner.compile(rules, problems::add);
        Map<String, Set<String>> claims = claims();
        List<PurgeRule> purges = new ArrayList<>();
        Set<String> methods = new HashSet<>();
        for (Rules.Purge purge : rules.purges()) {
            purges.add(new PurgeRule(purge, planner, patterns(purge.when(), methods), claims));
        }
        List<EndRule> ends = new ArrayList<>();
        for (Rules.IdentityRule identity : rules.identities().values()) {
            ends.add(new EndRule(identity.name().value(), patterns(identity.end(), methods)));
        }
        if (!problems.isEmpty()) {
            return new Rulebook.Compiled.Refused(sorted());
        }
        List<RouteRule> routes = new ArrayList<>();
        for (int i = 0; i < parsed.size(); i++) {
            routes.add(route(parsed.get(i), entries.get(i).template(), planner));
        }
        return new Rulebook.Compiled.Ok(
                new Rulebook(rules, routes, new RoutePaths(table, routes), planner, purges, ends, methods));
    }

    private RouteRule route(Rules.Route route, RouteTemplate template, PurgePlanner planner) {
        Optional<Rules.IdentityRule> identity =
                route.identity().map(name -> rules.identities().get(name.value()));
        return new RouteRule(
                route, template, planner.groups(route.name().value()), identity, new HashSet<>(credentialFields()));
    }

    private List<RequestPattern> patterns(List<Rules.When> whens, Set<String> methods) {
        List<RequestPattern> patterns = new ArrayList<>();
        for (Rules.When when : whens) {
            methods.add(when.method());
            template(when.path()).ifPresent(template -> patterns.add(new RequestPattern(when, template)));
        }
        return patterns;
    }

    private Optional<RouteTemplate> template(Located<String> text) {
        try {
            return Optional.of(RouteTemplate.parse(text.value()));
        } catch (IllegalArgumentException wrong) {
            String message = String.valueOf(wrong.getMessage());
            int expected = message.indexOf(EXPECTED);
            if (expected < 0) {
                problem(text.at(), message, "a path template such as /api/courses/{courseId}");
            } else {
                problem(text.at(), message.substring(0, expected), message.substring(expected + EXPECTED.length()));
            }
            return Optional.empty();
        }
    }

    private void duplicates() {
        Map<String, Position> routes = new HashMap<>();
        for (Rules.Route route : rules.routes()) {
            duplicate(routes, route.name(), "route");
        }
        Map<String, Position> purges = new HashMap<>();
        for (Rules.Purge purge : rules.purges()) {
            duplicate(purges, purge.name(), "purge");
        }
    }

    private void duplicate(Map<String, Position> before, Located<String> name, String kind) {
        Position first = before.putIfAbsent(name.value(), name.at());
        if (first != null) {
            problem(
                    name.at(),
                    "a " + kind + " named \"" + name.value() + "\" is already at line " + first.line(),
                    "a name of its own");
        }
    }

    private void shadows(RouteTable table, List<Rules.Route> routes) {
        for (RouteTable.Shadow shadow : table.shadows()) {
            Rules.Route hidden = routes.get(shadow.index());
            Rules.Route by = routes.get(shadow.by());
            problem(
                    hidden.template().at(),
                    "\"" + hidden.template().value() + "\" is never reached: \""
                            + by.template().value() + "\" of route " + by.name().value() + " at line "
                            + by.template().at().line() + " matches all of it first",
                    "the more special template before the more general one");
        }
    }

    /** A value can spell the rest of another route's name: then two routes would answer for each other. */
    private void meetings() {
        for (int i = 0; i < rules.routes().size(); i++) {
            Rules.Route route = rules.routes().get(i);
            for (Rules.Route earlier : rules.routes().subList(0, i)) {
                boolean sameName = route.name().value().equals(earlier.name().value());
                if (!sameName && KeyShape.of(route).mayMeet(KeyShape.of(earlier))) {
                    problem(
                            route.name().at(),
                            "a key of \"" + route.name().value() + "\" could be the same as one of \""
                                    + earlier.name().value() + "\" at line "
                                    + earlier.name().at().line(),
                            "a name that no other name and its parameters can spell");
                }
            }
        }
    }

    private Set<String> credentialFields() {
        Set<String> fields = new LinkedHashSet<>();
        for (Rules.IdentityRule identity : rules.identities().values()) {
            if (identity.credential() instanceof Rules.CredentialSource.Header field) {
                fields.add(field.name().toLowerCase(Locale.ROOT));
            }
        }
        return fields;
    }

    private Map<String, Set<String>> claims() {
        Map<String, Set<String>> claims = new LinkedHashMap<>();
        rules.identities().forEach((name, identity) -> {
            for (String claim : claims(identity.proof())) {
                claims.computeIfAbsent(claim, any -> new LinkedHashSet<>()).add(name);
            }
        });
        return claims;
    }

    private static Set<String> claims(Rules.Proof proof) {
        if (proof instanceof Rules.Proof.Jwt jwt) {
            return jwt.claims().keySet();
        }
        if (proof instanceof Rules.Proof.Resolve resolve) {
            return resolve.claims().keySet();
        }
        return Set.of("id");
    }

    private void problem(Position at, String wrong, String expected) {
        problems.add(new Problem(rules.file(), at, wrong, expected, Optional.empty()));
    }

    /** By position, and each once: what stands in a set is compiled for every purge that uses it. */
    private List<Problem> sorted() {
        return problems.stream()
                .distinct()
                .sorted(Comparator.comparing(Problem::at).thenComparing(Problem::toString))
                .toList();
    }
}
