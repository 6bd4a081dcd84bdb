package dev.larder.cli;

import dev.larder.plan.Explanation;
import dev.larder.plan.RuleTests;
import dev.larder.plan.Rulebook;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code larder check}: a rules file and the tests in it. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Checks a rules file and runs the tests in it.",
            "Prints every problem with its line; exits with 1 if there is one."
        })
final class CheckCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = "rules.yaml",
            description = "the rules file (default rules.yaml)")
    private Path file = Path.of("rules.yaml");

    @Override
    public Integer call() {
        CommandSpec of = spec;
        if (of == null) {
            throw new IllegalStateException("check without a command line");
        }
        PrintWriter out = of.commandLine().getOut();
        PrintWriter err = of.commandLine().getErr();
        RulesFile.Read read = RulesFile.read(file);
        if (read instanceof RulesFile.Read.Refused refused) {
            Explanation.of(refused.problems()).forEach(err::println);
            err.flush();
            return 1;
        }
        Rulebook rulebook = ((RulesFile.Read.Ok) read).rulebook();
        List<RuleTests.Result> results = RuleTests.run(rulebook);
        boolean hold = results.stream().allMatch(RuleTests.Result::holds);
        Explanation.of(rulebook, results).forEach(hold ? out::println : err::println);
        out.flush();
        err.flush();
        return hold ? 0 : 1;
    }
}
