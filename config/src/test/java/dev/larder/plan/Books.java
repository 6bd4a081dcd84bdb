package dev.larder.plan;

import dev.larder.key.BypassReason;
import dev.larder.rules.Problem;
import dev.larder.rules.Rules;
import dev.larder.rules.RulesLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Rulebooks for tests. */
final class Books {

    private static final Set<String> TOKENS =
            Arrays.stream(BypassReason.values()).map(BypassReason::token).collect(Collectors.toSet());

    private Books() {}

    /** The repository's own rules.yaml: the course application. */
    static Rulebook course() {
        return compiled(rules(new RulesLoader(TOKENS).load(Path.of("../rules.yaml"))));
    }

    static Rulebook of(String yaml) {
        return compiled(rules(load(yaml)));
    }

    /** What compiling finds in a file that loads. */
    static List<String> problems(String yaml) {
        return Rulebook.compile(rules(load(yaml))) instanceof Rulebook.Compiled.Refused refused
                ? refused.problems().stream().map(Problem::toString).toList()
                : List.of();
    }

    private static RulesLoader.Loaded load(String yaml) {
        return new RulesLoader(TOKENS).load("rules.yaml", Path.of("."), yaml);
    }

    private static Rules rules(RulesLoader.Loaded loaded) {
        if (loaded instanceof RulesLoader.Loaded.Ok ok) {
            return ok.rules();
        }
        throw new AssertionError(loaded.toString());
    }

    private static Rulebook compiled(Rules rules) {
        if (Rulebook.compile(rules) instanceof Rulebook.Compiled.Ok ok) {
            return ok.rulebook();
        }
        throw new AssertionError(Rulebook.compile(rules).toString());
    }
}
