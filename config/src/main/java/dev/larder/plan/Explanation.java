package dev.larder.plan;

import dev.larder.key.CacheKey;
import dev.larder.purge.PurgeGroup;
import dev.larder.rules.Durations;
import dev.larder.rules.Located;
import dev.larder.rules.Problem;
import dev.larder.rules.Rules;
import dev.larder.rules.Sizes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What {@code larder explain} and {@code larder check} print, as lines of text. Pure. It shows values of the sample,
 * which is the user's own; it is not for requests of visitors.
 */
public final class Explanation {

    private static final int WIDTH = 10;

    private final Rulebook rulebook;
    private final List<String> lines = new ArrayList<>();

    private Explanation(Rulebook rulebook) {
        this.rulebook = rulebook;
    }

    /** What the rules make of one request. */
    public static List<String> of(Rulebook rulebook, Sample sample) {
        Explanation explanation = new Explanation(rulebook);
        Verdict verdict = Verdict.of(rulebook, sample);
        if (verdict instanceof Verdict.Cached cached) {
            explanation.cached(cached, sample);
        } else if (verdict instanceof Verdict.Passed passed) {
            explanation.passed(passed);
        } else if (verdict instanceof Verdict.Written written) {
            explanation.written(written, sample);
        }
        return List.copyOf(explanation.lines);
    }

    /** How the tests of the file went: one line for each that fails and each of its differences, and a sum. */
    public static List<String> of(Rulebook rulebook, List<RuleTests.Result> results) {
        Explanation explanation = new Explanation(rulebook);
        int failed = 0;
        for (RuleTests.Result result : results) {
            if (!result.holds()) {
                failed++;
                for (RuleTests.Difference difference : result.differences()) {
                    explanation.lines.add(rulebook.rules().file() + ":"
                            + difference.at().line() + ":" + difference.at().column() + ": " + result.request() + ": "
                            + difference);
                }
            }
        }
        explanation.lines.add(
                failed == 0
                        ? "all " + count(results.size(), "test") + " hold"
                        : failed + " of " + count(results.size(), "test") + " " + (failed == 1 ? "fails" : "fail"));
        return List.copyOf(explanation.lines);
    }

    /** All that is wrong with a file, one line each, and how many there are. */
    public static List<String> of(List<Problem> problems) {
        List<String> lines = new ArrayList<>();
        problems.forEach(problem -> lines.add(problem.toString()));
        lines.add(count(problems.size(), "problem"));
        return lines;
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    // ---- reads -------------------------------------------------------------------------------------------------

    private void cached(Verdict.Cached cached, Sample sample) {
        Rules.Route rule = cached.route().rule();
        line("cached", "this request is looked up, and its answer stored");
        route(cached.route());
        access(cached.route());
        CacheKey key = cached.cacheable().key();
        line("key", key.text());
        key.values().forEach((name, value) -> more(name + " = " + value + origin(rule, name, sample)));
        line("in Redis", "the namespace, then " + key.storeName());
        lifetime(rule);
        stored(rule);
        groups("groups", cached.cacheable().groups());
        more("a purge of any of these makes the stored response a miss");
    }

    /** How a parameter of the key came to its value. */
    private static String origin(Rules.Route rule, String name, Sample sample) {
        Rules.KeySource source = rule.key().get(name);
        if (source == null) {
            return "   from the query, which query.other: key takes in whole";
        }
        Rules.Source from = source.from().value();
        String text = "   from " + from.written() + typed(source);
        boolean absentInQuery = from instanceof Rules.Source.Query query
                && sample.request().target().parameters().stream()
                        .noneMatch(parameter -> parameter.name().equals(query.name()));
        boolean absentInFields = from instanceof Rules.Source.Header field
                && !sample.request().fields().contains(field.name());
        return absentInQuery || absentInFields
                ? text + (source.defaultValue().isPresent() ? ", by default" : ", absent")
                : text;
    }

    private static String typed(Rules.KeySource source) {
        return source.type() == Rules.ValueType.STRING ? "" : " (" + word(source.type()) + ")";
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private void route(RouteRule route) {
        line(
                "route",
                route.name() + "   " + at(route.rule().name()) + "   GET "
                        + route.rule().host().map(host -> "//" + host).orElse("")
                        + route.rule().template().value());
    }

    private void access(RouteRule route) {
        if (route.rule().access() instanceof Rules.Access.Claims claims) {
            List<String> required = new ArrayList<>();
            new TreeMap<>(claims.required())
                    .forEach((claim, values) ->
                            required.add(claim + " is " + String.join(" or ", new TreeSet<>(values))));
            line(
                    "access",
                    "visitors of identity " + route.identity().orElse("?") + " whose " + String.join(" and ", required)
                            + ", checked on every request");
        } else {
            line("access", "anybody");
        }
    }

    private void lifetime(Rules.Route rule) {
        line(
                "lifetime",
                rule.ttl() instanceof Rules.Ttl.Fixed fixed
                        ? Durations.print(fixed.lifetime())
                        : "what the answer says (RFC 9111 section 4.2)");
        if (rule.jitter() instanceof Rules.Jitter.Share share && share.percent() > 0) {
            more("less up to " + share.percent() + "%, at random");
        } else if (rule.jitter() instanceof Rules.Jitter.UpTo upTo
                && !upTo.most().isZero()) {
            more("less up to " + Durations.print(upTo.most()) + ", at random");
        }
        if (rule.earlyRefresh() > 0) {
            more("fetched anew shortly before that, while it is used");
        }
        if (!rule.staleWhileRevalidate().isZero()) {
            more("then " + Durations.print(rule.staleWhileRevalidate()) + " stale while it is fetched anew");
        }
        if (!rule.staleIfError().isZero()) {
            more("then up to " + Durations.print(rule.staleIfError()) + " stale while the backend fails");
        }
    }

    private void stored(Rules.Route rule) {
        List<String> statuses = new ArrayList<>();
        for (Map.Entry<Integer, Optional<Duration>> status : new TreeMap<>(rule.storeStatus()).entrySet()) {
            statuses.add(status.getKey()
                    + status.getValue()
                            .map(time -> " for " + Durations.print(time))
                            .orElse(""));
        }
        String stored = rule.storeStatus().equals(Rules.ANY_STATUS)
                ? "any status that may be"
                : "status " + String.join(", ", statuses);
        line("stored", stored + "; bodies up to " + Sizes.print(rule.maxBodyBytes()));
        for (Rules.Condition condition : rule.storeIf()) {
            more("only if " + condition.source().value().written() + " is " + expected(condition.expectation()));
        }
        if (!rule.overrides().isEmpty()) {
            more("although the backend says " + String.join(", ", new TreeSet<>(rule.overrides())));
        }
    }

    private static String expected(Rules.Expectation expectation) {
        if (expectation instanceof Rules.Expectation.Glob glob) {
            return "\"" + glob.glob() + "\"";
        }
        return expectation instanceof Rules.Expectation.Present ? "present" : "absent";
    }

    private void passed(Verdict.Passed passed) {
        line(
                "not cached",
                passed.reason().token()
                        + passed.detail().map(detail -> " (" + detail + ")").orElse(""));
        more(BypassAdvice.of(passed.reason()));
        passed.route().ifPresent(route -> {
            route(route);
            access(route);
        });
    }

    // ---- writes ------------------------------------------------------------------------------------------------

    private void written(Verdict.Written written, Sample sample) {
        line("a write", "the backend answers; what it may have changed is purged before the client has the answer");
        WritePlan plan = written.plan();
        WritePlan.Settlement settlement = written.settlement();
        for (PurgeRule rule : plan.rules()) {
            String part = settlement.applied().contains(rule.name().value())
                    ? "applies"
                    : written.account().refused().contains(rule)
                            ? "matches, but the answer means that nothing was written"
                            : "may match by the head; here it does not apply";
            line("purge rule", rule.name().value() + "   " + at(rule.name()) + "   " + part);
        }
        for (RouteRule route : plan.ownRoutes()) {
            line(
                    "own path",
                    "of route " + route.name() + "   " + at(route.rule().name()));
        }
        groups("intended", plan.intents());
        more("announced before the request is forwarded; costs no hits");
        line("answered", String.valueOf(sample.response().status()));
        purged(written.account().causes());
        settlement.again().ifPresent(time -> more("and once more after " + Durations.print(time)));
        for (String identity : settlement.ended()) {
            line("ends", "what is known of this visitor as " + identity);
        }
        for (String sentence : settlement.widened()) {
            line("widened", sentence);
        }
    }

    private void purged(List<WritePlan.Cause> causes) {
        boolean nothing = true;
        for (WritePlan.Cause cause : causes) {
            if (!cause.planned().groups().isEmpty()) {
                nothing = false;
                groups("purged", cause.planned().groups());
                more(cause.rule()
                        .map(rule -> "by " + rule.name().value() + "   " + at(rule.name()))
                        .orElse("by the request's own path, and Location (RFC 9111 section 4.4)"));
            }
        }
        if (nothing) {
            line("purged", "nothing");
        }
    }

    // ---- lines -------------------------------------------------------------------------------------------------

    private void groups(String label, Collection<PurgeGroup> groups) {
        if (groups.isEmpty()) {
            line(label, "nothing");
            return;
        }
        boolean first = true;
        for (PurgeGroup group : groups) {
            if (first) {
                line(label, group.name());
                first = false;
            } else {
                more(group.name());
            }
        }
    }

    private String at(Located<?> located) {
        return rulebook.rules().file() + ":" + located.at().line();
    }

    private void line(String label, String text) {
        lines.add(label + " ".repeat(Math.max(1, WIDTH + 2 - label.length())) + text);
    }

    private void more(String text) {
        lines.add(" ".repeat(WIDTH + 2) + text);
    }
}
