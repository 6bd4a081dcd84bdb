package dev.larder.bench.jmh;

import dev.larder.bench.mix.Machine;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code larder bench jmh}: the pure steps of a hit, each by itself. */
@Command(
        name = "jmh",
        mixinStandardHelpOptions = true,
        description = "Times and allocations of the pure steps of a hit, each by itself (a quarter of a minute each).")
public final class JmhCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", defaultValue = "", description = "a regular expression of their names")
    private String pattern = "";

    @Option(names = "--forks", defaultValue = "2", description = "processes each runs in (default 2)")
    private int forks;

    @Option(names = "--iterations", defaultValue = "4", description = "of a second, in each process (default 4)")
    private int iterations;

    @Override
    public Integer call() throws RunnerException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println(Machine.line());
        Options options = new OptionsBuilder()
                .include("dev\\.larder\\.bench\\.jmh\\..*" + pattern)
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .forks(forks)
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.seconds(1))
                .jvmArgsAppend("-XX:+UseSerialGC", "-Xmx256m")
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.NORMAL)
                .shouldFailOnError(true)
                .build();
        print(out, new Runner(options).run());
        return 0;
    }

    static void print(PrintWriter out, Collection<RunResult> results) {
        out.printf(Locale.ROOT, "%n%-34s %12s %10s %14s%n", "step", "ns each", "±", "bytes allocated");
        for (RunResult result : results) {
            Result<?> time = result.getPrimaryResult();
            Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
            String name = result.getParams().getBenchmark();
            out.printf(
                    Locale.ROOT,
                    "%-34s %12.1f %10s %14s%n",
                    name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                    time.getScore(),
                    Double.isNaN(time.getScoreError()) ? "-" : String.format(Locale.ROOT, "%.1f", time.getScoreError()),
                    allocated == null ? "-" : String.format(Locale.ROOT, "%.0f", allocated.getScore()));
        }
        out.flush();
    }
}
