package dev.larder.cli.remote;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code larder completion}: what lets a shell complete commands and options. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Prints what lets a shell complete larder's commands and options.",
            "",
            "bash: source <(larder completion bash)",
            "zsh:  autoload -U +X bashcompinit && bashcompinit; source <(larder completion zsh)"
        })
public final class CompletionCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SHELL", description = "bash or zsh, which reads the same")
    private String shell = "bash";

    @Override
    public Integer call() {
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw new ParameterException(Said.line(spec), "the shell is \"" + shell + "\"; expected bash or zsh");
        }
        Said.json(
                spec,
                AutoComplete.bash(
                        "larder", Said.line(spec).getCommandSpec().root().commandLine()));
        return 0;
    }
}
