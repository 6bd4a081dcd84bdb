package dev.larder.bench.mix;

import dev.larder.bench.course.CourseSeed;
import java.net.URI;
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
            "Start the course backend with --slow-database 149 for it."
        })
public final class FigureCommand implements Callable<Integer> {
    private static final double MICROS_PER_MILLI = 1_000.0;

    @Option(names = "--target", description = "Where requests go (default: ${DEFAULT-VALUE}).")
    private URI target = URI.create("http://127.0.0.1:8080");

    @Option(names = "--baseline", description = "The backend itself, to compare with; not compared if absent.")
    private @Nullable URI baseline;

    @Option(names = "--route", description = "Path and query, not asked before (default: ${DEFAULT-VALUE}).")
    private String route = "/api/admin/courses?page=1&limit=5&search=javascript";

    @Option(names = "--warm-route", description = "Another one, for warming up (default: ${DEFAULT-VALUE}).")
    private String warmRoute = "/api/admin/courses?page=1&limit=5&search=";

    @Option(names = "--warm-up", description = "How many requests of warming up (default: ${DEFAULT-VALUE}).")
    private int warmUp = 50;

    @Option(names = "--session", description = "Session token of who asks (default: ${DEFAULT-VALUE}).")
    private String session = CourseSeed.sessionOf("u001");

    @Option(names = "--requests", description = "How many, at least 3 (default: ${DEFAULT-VALUE}).")
    private int requests = 201;

    @Override
    public Integer call() throws Exception {
        if (requests < 3) {
            System.err.printf("requests is %d; expected at least 3%n", requests);
            return 2;
        }
        System.out.printf("GET %s, %d times, on %s%n%n", route, requests, Machine.line());
        System.out.printf(
                "%-34s %8s %8s %8s %8s %8s %8s%n", "ms", "first", "of three", "median", "p99", "highest", "hits");
        Figure figure = take(target, requests);
        print(target, figure);
        if (baseline != null) {
            // The backend gives every answer anew: a few tell as much as many.
            Figure alone = take(baseline, Math.min(requests, 21));
            print(baseline, alone);
            System.out.printf(
                    "%naverage of three down by %.1f %%%n",
                    100.0 * (alone.averageOfThree() - figure.averageOfThree()) / alone.averageOfThree());
        }
        return 0;
    }

    private Figure take(URI address, int count) throws Exception {
        String cookie = session.isEmpty() ? "" : "next-auth.session-token=" + session;
        return Figure.take(
                address, route, warmRoute, address.equals(target) ? warmUp : 3, cookie, count, System::nanoTime);
    }

    private static void print(URI address, Figure figure) {
        Histogram later = figure.later();
        System.out.printf(
                "%-34s %8.2f %8.2f %8.2f %8.2f %8.2f %8d%n",
                address,
                figure.first() / MICROS_PER_MILLI,
                figure.averageOfThree() / MICROS_PER_MILLI,
                later.getValueAtPercentile(50) / MICROS_PER_MILLI,
                later.getValueAtPercentile(99) / MICROS_PER_MILLI,
                later.getMaxValue() / MICROS_PER_MILLI,
                figure.laterHits());
    }
}
