package dev.larder.bench.mix;

import dev.larder.bench.course.Slowness;
import dev.larder.bench.course.Statements;
import dev.larder.bench.stage.Stage;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mix}: sends the traffic mix to a backend or to a proxy before it, and prints what came of it. */
@Command(
        name = "mix",
        mixinStandardHelpOptions = true,
        description = {
            "Sends the traffic mix: visitors who each see a page every 5 s with 3 API calls, 2 writes in 100 pages.",
            "Without --target it starts PostgreSQL, the course backend and larder itself, the last two in this process.",
            "Prints latencies, hits and SQL statements beside what a perfect cache reaches on the same trace."
        })
public final class MixCommand implements Callable<Integer> {
    @Option(names = "--target", description = "Where calls go: backend or proxy; all is started here if absent.")
    private @Nullable URI target;

    @Option(
            names = "--store",
            description = "Without --target: memory, redis (one of its own) or redis://… (default: ${DEFAULT-VALUE}).")
    private String store = "memory";

    @Option(
            names = "--slow-database",
            description = "Without --target: milliseconds that each read takes longer (default: ${DEFAULT-VALUE}).")
    private int slowDatabase = 149;

    @Option(
            names = "--backend-admin",
            description = "The course backend's admin port, to count statements and put its data back; not if absent.")
    private @Nullable URI backendAdmin;

    @Option(names = "--seconds", description = "Length of the trace (default: ${DEFAULT-VALUE}).")
    private int seconds = 300;

    @Option(names = "--warm-up", description = "Seconds of the trace that do not count (default: ${DEFAULT-VALUE}).")
    private int warmUp = 60;

    @Option(names = "--visitors", description = "How many, at most 200 (default: ${DEFAULT-VALUE}).")
    private int visitors = 200;

    @Option(
            names = "--speed",
            description = "Compresses time by this factor; lifetimes seem longer by it (default: ${DEFAULT-VALUE}).")
    private double speed = 1;

    @Option(names = "--seed", description = "Of all that is drawn (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Override
    public Integer call() throws Exception {
        if (speed <= 0 || warmUp >= seconds) {
            System.err.printf(
                    "speed is %s and warm-up %d of %d s; expected a speed above 0 and a shorter warm-up%n",
                    speed, warmUp, seconds);
            return 2;
        }
        CourseMix.Options options =
                new CourseMix.Options(visitors, Duration.ofSeconds(seconds), Duration.ofSeconds(5), seed);
        List<Call> trace = CourseMix.trace(options);
        System.out.printf(
                "mix of %d calls: %d visitors, %d s of which %d s warm-up, speed %s, seed %d, on %s%n",
                trace.size(), visitors, seconds, warmUp, speed, seed, Machine.line());
        URI given = target;
        if (given != null) {
            System.out.printf("to %s%n%n", given);
            return report(trace, run(trace, given, backendAdmin), Optional.empty());
        }
        Stage.quiet();
        try (Stage stage = Stage.start(store, Slowness.NONE)) {
            Stage.tell("the backend alone, to count its statements; not slow, and as fast as it answers");
            MixResult alone = runner(stage.backend().address(), stage.backendAdmin())
                    .runUnhurried(trace, Duration.ofSeconds(warmUp));
            Stage.tell("through larder");
            stage.backend().slowness(Slowness.ofReads(Duration.ofMillis(slowDatabase)));
            MixResult result = run(trace, stage.larder(), stage.backendAdmin());
            System.out.printf(
                    "backend with %d ms for each read, store %s; client, larder and backend in one process%n%n",
                    slowDatabase, store);
            return report(trace, result, alone.statements());
        }
    }

    private MixResult run(List<Call> trace, URI to, @Nullable URI admin) throws Exception {
        return runner(to, admin).run(trace, Duration.ofSeconds(warmUp), speed);
    }

    private static MixRunner runner(URI to, @Nullable URI admin) {
        return new MixRunner(to, admin, System::nanoTime, Stage::tell);
    }

    private int report(List<Call> trace, MixResult result, Optional<Statements.Count> alone) {
        PerfectCache.Result perfect = PerfectCache.play(trace, Duration.ofSeconds(warmUp), speed);
        System.out.print(MixReport.render(result, perfect, alone));
        return result.failures() + result.unsent() == 0 ? 0 : 1;
    }
}
