package dev.larder.cli;

import java.io.IOException;
import java.util.Objects;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Exit codes: 0 it went well, 1 it did not, 2 it was called wrongly. */
@Command(
        name = "larder",
        description = "A caching reverse-proxy sidecar, steered by rules.yaml.",
        subcommands = {RunCommand.class, CheckCommand.class, ExplainCommand.class, CommandLine.HelpCommand.class},
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Main {

    private Main() {}

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"larder " + (version == null ? "(development)" : version)};
        }
    }

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        RunCommand.addSettings(Objects.requireNonNull(line.getSubcommands().get("run")));
        ServiceLoader.load(ExtraCommand.class).forEach(line::addSubcommand);
        // What the outside world refuses is told in one line; a stack trace is for our own mistakes.
        line.setExecutionExceptionHandler((failure, of, parsed) -> {
            if (!(failure instanceof IOException
                    || failure instanceof IllegalArgumentException
                    || failure instanceof IllegalStateException)) {
                throw failure;
            }
            of.getErr().println("larder: " + failure.getMessage());
            return 1;
        });
        return line;
    }
}
