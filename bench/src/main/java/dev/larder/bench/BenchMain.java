package dev.larder.bench;

import dev.larder.bench.course.CourseBackendCommand;
import dev.larder.bench.mix.FigureCommand;
import dev.larder.bench.mix.MixCommand;
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
        System.exit(new CommandLine(new BenchMain()).execute(arguments));
    }
}
