package dev.larder.bench.mix;

import java.net.URI;
import java.time.Duration;
import java.util.List;
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
            "Prints latencies, hits and SQL statements beside what a perfect cache reaches on the same trace."
        })
public final class MixCommand implements Callable<Integer> {
    @Option(names = "--target", description = "Where calls go: backend or proxy (default: ${DEFAULT-VALUE}).")
    private URI target = URI.create("http://127.0.0.1:8080");

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
                "mix of %d calls: %d visitors, %d s of which %d s warm-up, speed %s, seed %d%nto %s on %s%n%n",
                trace.size(), visitors, seconds, warmUp, speed, seed, target, Machine.line());
        MixRunner runner = new MixRunner(target, backendAdmin, System::nanoTime, System.err::println);
        MixResult result = runner.run(trace, Duration.ofSeconds(warmUp), speed);
        System.out.print(MixReport.render(result, PerfectCache.play(trace, Duration.ofSeconds(warmUp), speed)));
        return result.failures() + result.unsent() == 0 ? 0 : 1;
    }
}
