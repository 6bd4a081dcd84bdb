package dev.larder.bench.mix;

import dev.larder.bench.course.CourseSeed;
import dev.larder.bench.course.Slowness;
import dev.larder.bench.stage.Stage;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code figure}: the first request for a key against the later ones, and against the backend alone. */
@Command(
        name = "figure",
        mixinStandardHelpOptions = true,
        description = {
            "Takes the design document's figure: first request, average of the first three, and the later ones.",
            "Without --target it starts PostgreSQL, the course backend and larder itself, the last two in this process."
        })
public final class FigureCommand implements Callable<Integer> {
    private static final double MICROS_PER_MILLI = 1_000.0;
    private static final String ROW = "%-18s %9s %9s %9s %9s %9s %9s%n";

    @Option(names = "--target", description = "Where requests go; all is started here if absent.")
    private @Nullable URI target;

    @Option(names = "--baseline", description = "With --target: the backend itself, to compare with.")
    private @Nullable URI baseline;

    @Option(
            names = "--store",
            description = "Without --target: memory, redis (one of its own) or redis://… (default: ${DEFAULT-VALUE}).")
    private String store = "memory";

    @Option(
            names = "--slow-database",
            description = "Without --target: milliseconds that each read takes longer (default: ${DEFAULT-VALUE}).")
    private int slowDatabase = 149;

    @Option(names = "--route", description = "Path and query, not asked before (default: ${DEFAULT-VALUE}).")
    private String route = "/api/admin/courses?page=1&limit=5&search=javascript";

    @Option(
            names = "--warm-route",
            description = "For warming up, must not be what --route asks (default: ${DEFAULT-VALUE}).")
    private String warmRoute = "/api/admin/courses?page=1&limit=5&search=";

    @Option(names = "--warm-up", description = "How many requests of warming up (default: ${DEFAULT-VALUE}).")
    private int warmUp = 2000;

    @Option(names = "--session", description = "Session token of who asks (default: ${DEFAULT-VALUE}).")
    private String session = CourseSeed.sessionOf("u001");

    @Option(names = "--warm-session", description = "Who asks for warming up (default: ${DEFAULT-VALUE}).")
    private String warmSession = CourseSeed.sessionOf("u002");

    @Option(names = "--requests", description = "How many, at least 3 (default: ${DEFAULT-VALUE}).")
    private int requests = 1001;

    @Override
    public Integer call() throws Exception {
        if (requests < 3) {
            System.err.printf("requests is %d; expected at least 3%n", requests);
            return 2;
        }
        if (target != null) {
            run(target, baseline, () -> {}, () -> {});
            return 0;
        }
        Stage.quiet();
        Slowness slowness = Slowness.ofReads(Duration.ofMillis(slowDatabase));
        try (Stage stage = Stage.start(store, Slowness.NONE)) {
            System.out.printf(
                    "backend with %d ms for each read, store %s; client, larder and backend in one process%n",
                    slowDatabase, store);
            // Warming up is not slow: it takes misses, too, to compile what a miss needs.
            run(
                    stage.larder(),
                    stage.backend().address(),
                    () -> stage.backend().slowness(Slowness.NONE),
                    () -> stage.backend().slowness(slowness));
        }
        return 0;
    }

    private void run(URI address, @Nullable URI backend, Runnable fast, Runnable slow) throws Exception {
        System.out.printf("GET %s, %d times one after another, on %s%n%n", route, requests, Machine.line());
        System.out.printf(ROW, "ms", "first", "of three", "median", "p99", "highest", "hits");
        Figure alone = null;
        if (backend != null) {
            // The backend gives every answer anew: a few tell as much as many.
            fast.run();
            alone = take(backend, warmUp / 4, Math.min(requests, 21), slow);
            print("backend alone", alone);
        }
        Stage.tell("warming up");
        fast.run();
        Figure figure = take(address, warmUp, requests, slow);
        print("through larder", figure);
        if (alone != null) {
            System.out.printf(
                    "%nfirst request %+.1f %%, average of three down by %.1f %%%n",
                    100.0 * (figure.first() - alone.first()) / alone.first(),
                    100.0 * (alone.averageOfThree() - figure.averageOfThree()) / alone.averageOfThree());
        }
    }

    private Figure take(URI address, int warmRequests, int count, Runnable then) throws Exception {
        Figure.WarmUp warm = new Figure.WarmUp(warmRoute, cookie(warmSession), warmRequests, then);
        return Figure.take(address, route, warm, cookie(session), count, System::nanoTime);
    }

    private static String cookie(String token) {
        return token.isEmpty() ? "" : "next-auth.session-token=" + token;
    }

    private static void print(String name, Figure figure) {
        Histogram later = figure.later();
        System.out.printf(
                ROW,
                name,
                millis(figure.first()),
                millis(figure.averageOfThree()),
                millis(later.getValueAtPercentile(50)),
                millis(later.getValueAtPercentile(99)),
                millis(later.getMaxValue()),
                figure.laterHits());
    }

    private static String millis(long micros) {
        return "%.2f".formatted(micros / MICROS_PER_MILLI);
    }
}
