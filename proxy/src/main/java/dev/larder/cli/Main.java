package dev.larder.cli;

import dev.larder.cli.remote.BypassCommand;
import dev.larder.cli.remote.CompletionCommand;
import dev.larder.cli.remote.KeysCommand;
import dev.larder.cli.remote.PurgeCommand;
import dev.larder.cli.remote.ReloadCommand;
import dev.larder.cli.remote.RulesCommand;
import dev.larder.cli.remote.StatsCommand;
import dev.larder.cli.remote.TopCommand;
import dev.larder.cli.remote.WarmCommand;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Exit codes: 0 it went well, 1 it did not, 2 it was called wrongly. */
@Command(
        name = "larder",
        description = "A caching reverse-proxy sidecar, steered by rules.yaml.",
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            ExplainCommand.class,
            StatsCommand.class,
            TopCommand.class,
            KeysCommand.class,
            PurgeCommand.class,
            WarmCommand.class,
            RulesCommand.class,
            ReloadCommand.class,
            CompletionCommand.class,
            BypassCommand.class,
            CommandLine.HelpCommand.class
        },
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
        Optional<RunLine> plain = Optional.empty();
        if (arguments.length > 0 && arguments[0].equals("run")) {
            HeadStart.begin();
            plain = RunLine.read(Arrays.asList(arguments).subList(1, arguments.length));
        }
        System.exit(plain.isPresent() ? run(plain.get()) : commandLine().execute(arguments));
    }

    private static int run(RunLine line) {
        PrintWriter err = new PrintWriter(new OutputStreamWriter(System.err, Charset.defaultCharset()), true);
        try {
            return line.run(err);
        } catch (Exception failure) {
            if (RunLine.isTheWorlds(failure)) {
                err.println("larder: " + failure.getMessage());
            } else {
                failure.printStackTrace(err);
            }
            return 1;
        }
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        RunCommand.addSettings(Objects.requireNonNull(line.getSubcommands().get("run")));
        ServiceLoader.load(ExtraCommand.class).forEach(line::addSubcommand);
        line.setExecutionExceptionHandler((failure, of, parsed) -> {
            if (!RunLine.isTheWorlds(failure)) {
                throw failure;
            }
            of.getErr().println("larder: " + failure.getMessage());
            return 1;
        });
        line.setParameterExceptionHandler(Main::calledWrongly);
        return line;
    }

    /** The error, and where help is: all of the help would scroll the error away. */
    private static int calledWrongly(CommandLine.ParameterException wrong, String[] arguments) {
        CommandLine of = wrong.getCommandLine();
        PrintWriter err = of.getErr();
        err.println("larder: " + wrong.getMessage());
        boolean unused = CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println(of.getCommandSpec().qualifiedName() + " --help says what can be asked for");
        err.flush();
        return of.getCommandSpec().exitCodeOnInvalidInput();
    }
}
