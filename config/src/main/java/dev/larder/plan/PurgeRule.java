package dev.larder.plan;

import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.http.Target;
import dev.larder.key.Identity;
import dev.larder.purge.Planned;
import dev.larder.purge.PurgePlanner;
import dev.larder.purge.Variables;
import dev.larder.rules.Located;
import dev.larder.rules.Rules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** One purge of the file, compiled. Immutable. */
final class PurgeRule {

    private static final Variables.Value NO_ANSWER =
            new Variables.Value.Unreadable("there is no answer to read it from");

    private final Rules.Purge rule;
    private final PurgePlanner planner;
    private final List<RequestPattern> patterns;
    /** What an aim names and {@code with} defines: nothing else is read. */
    private final Map<String, Rules.Source> sources;
    /** Claim to the identities of the file that have it. */
    private final Map<String, Set<String>> claims;

    PurgeRule(Rules.Purge rule, PurgePlanner planner, List<RequestPattern> patterns, Map<String, Set<String>> claims) {
        this.rule = rule;
        this.planner = planner;
        this.patterns = List.copyOf(patterns);
        this.claims = claims;
        Map<String, Rules.Source> used = new LinkedHashMap<>();
        Set<String> named = planner.variables(rule.name().value());
        rule.with().forEach((name, source) -> {
            if (named.contains(name)) {
                used.put(name, source.value());
            }
        });
        this.sources = used;
    }

    /** What is known of a request and of what became of it, as far as it is. */
    record Facts(
            RequestHead request,
            MessageBody requestBody,
            Optional<ResponseHead> response,
            MessageBody responseBody,
            Map<String, Identity> identities) {}

    Located<String> name() {
        return rule.name();
    }

    Rules.Purge rule() {
        return rule;
    }

    List<RequestPattern> patterns() {
        return patterns;
    }

    boolean refuses(ResponseHead head, MessageBody body) {
        return AnswerConditions.refuses(rule.refused(), head, body);
    }

    /** The groups it comes to for one way in which the request matches. */
    Planned planned(RequestPattern.HeadMatch match, Facts facts) {
        Map<String, Variables.Value> values = new LinkedHashMap<>(match.path());
        sources.forEach((name, source) -> values.put(name, read(source, match, facts)));
        return planner.purge(rule.name().value(), new Variables(values));
    }

    boolean readsRequestBody() {
        return sources.values().stream().anyMatch(Rules.Source.RequestBody.class::isInstance)
                || patterns.stream().anyMatch(RequestPattern::readsBody);
    }

    boolean readsAnswerBody() {
        return sources.values().stream().anyMatch(Rules.Source.ResponseBody.class::isInstance)
                || rule.refused().stream()
                        .anyMatch(refusal -> refusal instanceof Rules.Refusal.Answer answer
                                && AnswerConditions.readsBody(answer.condition()));
    }

    Set<String> readsIdentities() {
        Set<String> names = new LinkedHashSet<>();
        for (Rules.Source source : sources.values()) {
            if (source instanceof Rules.Source.Claim claim) {
                names.addAll(claims.getOrDefault(claim.name(), Set.of()));
            }
        }
        return names;
    }

    private Variables.Value read(Rules.Source source, RequestPattern.HeadMatch match, Facts facts) {
        if (source instanceof Rules.Source.Path path) {
            return match.path()
                    .getOrDefault(path.name(), new Variables.Value.Unreadable("what matched does not define it"));
        }
        if (source instanceof Rules.Source.Query query) {
            return query(facts.request().target(), query.name());
        }
        if (source instanceof Rules.Source.Header field) {
            return known(facts.request().fields().all(field.name()), "the request has no " + field.name());
        }
        if (source instanceof Rules.Source.Claim claim) {
            return claim(claim.name(), facts.identities());
        }
        if (source instanceof Rules.Source.RequestBody body) {
            return facts.requestBody().value(OptionalInt.empty(), body.pointer());
        }
        if (facts.response().isEmpty()) {
            return NO_ANSWER;
        }
        if (source instanceof Rules.Source.ResponseHeader field) {
            return known(facts.response().get().fields().all(field.name()), "the answer has no " + field.name());
        }
        if (source instanceof Rules.Source.ResponseBody body) {
            return facts.responseBody().value(body.line(), body.pointer());
        }
        return new Variables.Value.Unreadable("cookies are not read for purges");
    }

    private static Variables.Value query(Target target, String name) {
        if (target.queryDoubt().isPresent()) {
            return new Variables.Value.Unreadable("the query can be read in more than one way");
        }
        List<String> values = new ArrayList<>();
        for (Target.Parameter parameter : target.parameters()) {
            if (parameter.name().equals(name)) {
                values.add(parameter.value());
            }
        }
        return known(values, "the query has no " + name);
    }

    private static Variables.Value claim(String name, Map<String, Identity> identities) {
        Set<String> values = new TreeSet<>();
        for (Identity identity : identities.values()) {
            String scalar = identity.claim(name);
            if (scalar != null) {
                values.add(scalar);
            }
            values.addAll(identity.arrays().getOrDefault(name, List.of()));
        }
        return known(List.copyOf(values), "no visitor with a claim " + name + " is known");
    }

    private static Variables.Value known(List<String> values, String otherwise) {
        return values.isEmpty() ? new Variables.Value.Unreadable(otherwise) : new Variables.Value.Known(values);
    }
}
