package dev.larder.bench;

import dev.larder.bench.course.CourseBackendCommand;
import dev.larder.bench.mix.FigureCommand;
import dev.larder.bench.mix.MixCommand;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the benchmarks: {@code course-backend}, {@code mix}, {@code figure}. */
@Command(
        name = "larder-bench",
        mixinStandardHelpOptions = true,
        description = "The course backend, and what is measured with it.",
        subcommands = {CourseBackendCommand.class, MixCommand.class, FigureCommand.class})
public final class BenchMain {
    private BenchMain() {}

    /** Runs a command; exits with its code. */
    public static void main(String[] arguments) {
        // Logback reads this when the first logger is made; whoever sets it otherwise keeps their own.
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "larder-bench-logback.xml");
        }
        CommandLine commands = new CommandLine(new BenchMain());
        // What the outside world refuses is told in one line; a stack trace is for our own mistakes.
        commands.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (!(failure instanceof IOException || failure instanceof IllegalArgumentException)) {
                throw failure;
            }
            System.err.println(failure.getMessage());
            return 1;
        });
        System.exit(commands.execute(arguments));
    }
}
