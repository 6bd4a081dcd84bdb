package dev.larder.plan;

import dev.larder.http.RequestHead;
import dev.larder.http.Target;
import dev.larder.purge.Variables;
import dev.larder.route.RouteTemplate;
import dev.larder.rules.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One {@code when} of a purge, or of an identity's end, compiled. Immutable. */
final class RequestPattern {

    private final Rules.When when;
    private final RouteTemplate template;

    RequestPattern(Rules.When when, RouteTemplate template) {
        this.when = when;
        this.template = template;
    }

    /**
     * A request whose head is as the pattern says.
     *
     * @param pattern which
     * @param certainty as far as the head tells, as if there were no conditions on the body
     * @param path variables of the pattern's template
     */
    record HeadMatch(RequestPattern pattern, Certainty certainty, Map<String, Variables.Value> path) {

        /** Before the body is read. */
        Certainty beforeBody() {
            return pattern.readsBody() ? certainty.and(Certainty.MAYBE) : certainty;
        }

        /** Once it is. */
        Certainty with(MessageBody body) {
            return certainty.and(pattern.body(body));
        }
    }

    String method() {
        return when.method();
    }

    boolean readsBody() {
        return !when.body().isEmpty();
    }

    /** Null where the head is not as the pattern says. */
    @Nullable
    HeadMatch match(RequestHead request) {
        if (!when.method().equals(request.method())) {
            return null;
        }
        PathMatch path = PathMatch.of(template, request.target());
        if (path == null) {
            return null;
        }
        Certainty certainty = path.certainty();
        for (Map.Entry<String, Rules.Expectation> field : when.header().entrySet()) {
            certainty = certainty.and(values(request.fields().all(field.getKey()), field.getValue()));
        }
        for (Map.Entry<String, Rules.Expectation> parameter : when.query().entrySet()) {
            certainty = certainty.and(query(request.target(), parameter.getKey(), parameter.getValue()));
        }
        return certainty == Certainty.NO ? null : new HeadMatch(this, certainty, path.variables());
    }

    private static Certainty query(Target target, String name, Rules.Expectation expectation) {
        if (target.queryDoubt().isPresent()) {
            return Certainty.MAYBE;
        }
        List<String> values = new ArrayList<>();
        for (Target.Parameter parameter : target.parameters()) {
            if (parameter.name().equals(name)) {
                values.add(parameter.value());
            }
        }
        return values(values, expectation);
    }

    private static Certainty values(List<String> values, Rules.Expectation expectation) {
        if (expectation instanceof Rules.Expectation.Present) {
            return values.isEmpty() ? Certainty.NO : Certainty.YES;
        }
        if (expectation instanceof Rules.Expectation.Absent) {
            return values.isEmpty() ? Certainty.YES : Certainty.NO;
        }
        return Certainty.ofMatches(values, ((Rules.Expectation.Glob) expectation).glob());
    }

    private Certainty body(MessageBody body) {
        Certainty certainty = Certainty.YES;
        for (Map.Entry<String, Rules.Expectation> condition : when.body().entrySet()) {
            certainty = certainty.and(body.meets(condition.getKey(), condition.getValue()));
        }
        return certainty;
    }
}
