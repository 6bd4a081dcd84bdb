package dev.larder.bench.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.bench.torture.PrivateRun.Options;
import dev.larder.bench.torture.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A short run of what {@code larder bench private} does at length, and that wrong rules show in it. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PrivateRunTest {

    private static Tally run(Options options, List<String> reports) throws Exception {
        return PrivateRun.run(options, System::nanoTime, tally -> {}, reports::add);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "redis"})
    void nobodyGetsWhatTheBackendWouldNotHaveGiven(String store) throws Exception {
        int requests = 10_000;
        List<String> reports = new ArrayList<>();
        Tally tally = run(new Options(requests, 1, store, 4, 32, 0.03, 1, PrivateRun.rules()), reports);
        assertEquals(List.of(), reports);
        assertEquals(requests, tally.requests());
        assertTrue(tally.hits() > requests / 10, tally.line());
        assertTrue(tally.writes() > requests / 100, tally.line());
    }

    @Test
    void aRuleThatLeavesTheVisitorOutOfTheKeyShows() throws Exception {
        String rules = wrong(
                "key: { user: identity.id, n: path.n }",
                "key: { n: path.n }",
                "where: { user: \"{user}\", n: \"{n}\" }",
                "where: { n: \"{n}\" }");
        Tally tally = run(new Options(4_000, 1, "memory", 4, 32, 0, 0, rules), new ArrayList<>());
        assertTrue(tally.violations(Kind.FOREIGN) > 0, tally.line());
    }

    @Test
    void aPurgeThatIsMissingShows() throws Exception {
        String rules = wrong(
                "\"PUT /items/{id}\", \"PATCH /items/{id}\", ",
                "",
                "purge: [{ set: lists }, \"item:id:{id}\"]\n  - name: item-named",
                "purge: [\"item:id:{id}\"]\n  - name: item-named");
        Tally tally = run(new Options(4_000, 1, "memory", 4, 32, 0.2, 0, rules), new ArrayList<>());
        assertTrue(tally.violations(Kind.STALE) > 0, tally.line());
    }

    @Test
    void aParameterThatIsMissingInTheKeyShows() throws Exception {
        String rules = wrong(
                "      q: { from: query.q, default: \"\", max: 32 }\n",
                "",
                "query: { other: bypass, ignore: [\"utm_*\"] }",
                "query: { other: ignore }");
        Tally tally = run(new Options(4_000, 1, "memory", 4, 32, 0, 0, rules), new ArrayList<>());
        assertTrue(tally.violations(Kind.VARIANT) > 0, tally.line());
    }

    /** The rules with replacements, each of which must be there. */
    private static String wrong(String... replacements) {
        String rules = PrivateRun.rules();
        for (int i = 0; i < replacements.length; i += 2) {
            assertTrue(rules.contains(replacements[i]), replacements[i]);
            rules = rules.replace(replacements[i], replacements[i + 1]);
        }
        return rules;
    }
}
