package dev.larder.plan;

import dev.larder.key.BypassReason;
import dev.larder.purge.KeyGlob;
import dev.larder.purge.PurgeGroup;
import dev.larder.rules.Durations;
import dev.larder.rules.Located;
import dev.larder.rules.Position;
import dev.larder.rules.Rules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Runs the {@code tests:} of a rules file against what the file means. Pure. */
public final class RuleTests {

    /**
     * How one test went.
     *
     * @param at where its request stands
     * @param request as written
     * @param differences empty where it holds
     */
    public record Result(Position at, String request, List<Difference> differences) {

        /** Copies the list. */
        public Result {
            differences = List.copyOf(differences);
        }

        /** Whether everything was as expected. */
        public boolean holds() {
            return differences.isEmpty();
        }
    }

    /**
     * One thing that is not as expected.
     *
     * @param at where the expectation stands
     * @param text what was expected, and what came instead
     */
    public record Difference(Position at, String text) {

        /** {@code key: expected "a:1"; it is "a:2"}. */
        @Override
        public String toString() {
            return text;
        }
    }

    private RuleTests() {}

    /** All tests of the file, in its order. */
    public static List<Result> run(Rulebook rulebook) {
        List<Result> results = new ArrayList<>();
        for (Rules.RuleTest test : rulebook.rules().tests()) {
            results.add(new Comparison(rulebook, test).result());
        }
        return results;
    }

    private static final class Comparison {

        private final Rulebook rulebook;
        private final Rules.RuleTest test;
        private final Verdict verdict;
        private final List<Difference> differences = new ArrayList<>();

        Comparison(Rulebook rulebook, Rules.RuleTest test) {
            this.rulebook = rulebook;
            this.test = test;
            this.verdict = Verdict.of(rulebook, Sample.of(test));
        }

        Result result() {
            Rules.Expect expect = test.expect();
            expect.key().ifPresent(this::key);
            expect.route().ifPresent(this::route);
            expect.ttl().ifPresent(this::ttl);
            expect.bypass().ifPresent(this::bypass);
            PurgedKeys purged = new PurgedKeys(rulebook.rules(), groups());
            expect.purges().forEach(item -> purges(item, purged));
            expect.keeps().forEach(item -> keeps(item, purged));
            return new Result(test.request().at(), test.request().value(), differences);
        }

        private void key(Located<String> expected) {
            if (verdict instanceof Verdict.Cached cached) {
                compare("key", expected, cached.cacheable().key().text());
            } else {
                differs("key", expected.at(), quoted(expected.value()), said());
            }
        }

        private void route(Located<String> expected) {
            Optional<RouteRule> route = verdict instanceof Verdict.Cached cached
                    ? Optional.of(cached.route())
                    : verdict instanceof Verdict.Passed passed ? passed.route() : Optional.empty();
            if (route.isPresent()) {
                compare("route", expected, route.get().name());
            } else {
                differs("route", expected.at(), quoted(expected.value()), said());
            }
        }

        private void ttl(Located<Duration> expected) {
            String wanted = Durations.print(expected.value());
            if (!(verdict instanceof Verdict.Cached cached)) {
                differs("ttl", expected.at(), wanted, said());
                return;
            }
            Rules.Route rule = cached.route().rule();
            int status = test.response().status();
            Optional<Duration> ofStatus = rule.storeStatus().get(status);
            if (ofStatus == null) {
                differs("ttl", expected.at(), wanted, "none: an answer with status " + status + " is not stored");
            } else if (ofStatus.isPresent() || rule.ttl() instanceof Rules.Ttl.Fixed) {
                Duration actual = ofStatus.orElseGet(() -> ((Rules.Ttl.Fixed) rule.ttl()).lifetime());
                if (!actual.equals(expected.value())) {
                    differs("ttl", expected.at(), wanted, Durations.print(actual));
                }
            } else {
                differs("ttl", expected.at(), wanted, "what the origin says");
            }
        }

        private void bypass(Located<String> expected) {
            if (verdict instanceof Verdict.Passed passed) {
                compare("bypass", expected, passed.reason().token());
            } else if (verdict instanceof Verdict.Written) {
                compare("bypass", expected, BypassReason.WRITE.token());
            } else {
                differs("bypass", expected.at(), quoted(expected.value()), said());
            }
        }

        private List<PurgeGroup> groups() {
            return verdict instanceof Verdict.Written written
                    ? written.settlement().purge()
                    : List.of();
        }

        private void purges(Located<String> item, PurgedKeys purged) {
            KeyGlob glob = KeyGlob.parse(item.value());
            if (!purged.canExist(glob)) {
                tell(item.at(), "purges: " + quoted(item.value()) + " matches no key that any route writes");
                return;
            }
            purged.keptIn(glob).ifPresent(route -> {
                String of = purgedOf(route);
                String missed = !(verdict instanceof Verdict.Written)
                        ? " is not purged; this is " + said()
                        : of.isEmpty()
                                ? " is not purged; nothing of " + route + " is"
                                : " is not purged as a whole; of " + route + " only " + of + " is";
                tell(item.at(), "purges: " + quoted(item.value()) + missed);
            });
        }

        private void keeps(Located<String> item, PurgedKeys purged) {
            KeyGlob glob = KeyGlob.parse(item.value());
            if (!purged.canExist(glob)) {
                tell(item.at(), "keeps: " + quoted(item.value()) + " matches no key that any route writes");
                return;
            }
            purged.purgedIn(glob)
                    .ifPresent(route -> tell(
                            item.at(),
                            "keeps: " + quoted(item.value()) + " is purged; of " + route + " " + purgedOf(route)
                                    + " is"));
        }

        private String purgedOf(String route) {
            return groups().stream()
                    .filter(group -> group.route().equals(route))
                    .map(PurgeGroup::name)
                    .collect(Collectors.joining(", "));
        }

        private void compare(String what, Located<String> expected, String actual) {
            if (!expected.value().equals(actual)) {
                differs(what, expected.at(), quoted(expected.value()), quoted(actual));
            }
        }

        private void differs(String what, Position at, String expected, String actual) {
            tell(at, what + ": expected " + expected + "; it is " + actual);
        }

        private void tell(Position at, String text) {
            differences.add(new Difference(at, text));
        }

        private String said() {
            if (verdict instanceof Verdict.Cached cached) {
                return "cached as " + quoted(cached.cacheable().key().text());
            }
            if (verdict instanceof Verdict.Passed passed) {
                return "not cached: " + passed.reason().token()
                        + passed.detail().map(detail -> " (" + detail + ")").orElse("");
            }
            return "a write";
        }

        private static String quoted(String text) {
            return "\"" + text + "\"";
        }
    }
}
