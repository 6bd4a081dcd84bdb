package dev.larder.cli.remote;

import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a command that asks the admin address one thing shows the answer: in lines for people, or as it came. */
final class AnswerOptions {

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(names = "--json", description = "the answer of the admin address as it is")
    private boolean json;

    void show(AdminClient.Answer answer, BiFunction<Seen, Ink, List<String>> lines) {
        if (json) {
            Said.json(command, answer.text());
        } else {
            Said.lines(command, lines.apply(answer.seen(), Ink.ofProcess()));
        }
    }
}
