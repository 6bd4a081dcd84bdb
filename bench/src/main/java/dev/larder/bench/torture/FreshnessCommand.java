package dev.larder.bench.torture;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.bench.mix.Machine;
import dev.larder.bench.stage.Stage;
import dev.larder.bench.torture.FreshnessTally.Share;
import dev.larder.bench.torture.Violation.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code freshness}: several sidecars on one store, reads and writes through all of them, and faults. */
@Command(
        name = "freshness",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs several sidecars in processes of their own on one Redis, reads and writes through all of them while",
            "sidecars, store and backend fail, and counts stale reads: of a version older than one whose write had been",
            "answered before the read was sent. Starts all that it needs; exit code 1 for a wrong answer, and for a",
            "failed request that no fault explains."
        })
public final class FreshnessCommand implements Callable<Integer> {
    private static final String ROW = "  %-12s %10s %8s %14s %14s%n";
    private static final String REASON = "  %-12s %-52s %10s %8s %12s%n";
    private static final double LEAST_TOLD = 0.001;

    @Option(names = "--sidecars", description = "How many (default: ${DEFAULT-VALUE}).")
    private int sidecars = 2;

    @Option(names = "--clients", description = "Connections at once (default: ${DEFAULT-VALUE}).")
    private int clients = 32;

    @Option(names = "--rate", description = "Requests a second in all, at most (default: ${DEFAULT-VALUE}).")
    private int rate = 1_000;

    @Option(names = "--writes", description = "Share of the requests, in per cent (default: ${DEFAULT-VALUE}).")
    private String writes = "2%";

    @Option(names = "--zipf", description = "Exponent of Zipf's law for items (default: ${DEFAULT-VALUE}).")
    private double zipf = 1;

    @Option(names = "--minutes", description = "How long (default: ${DEFAULT-VALUE}).")
    private double minutes = 1;

    @Option(
            names = "--faults",
            description = {
                "all, none, or some of origin, kill, pause, partition, store-empty, store-dump, failover",
                "(default: ${DEFAULT-VALUE})."
            })
    private String faults = "all";

    @Option(
            names = "--fault-every",
            description = "Milliseconds between faults, on average (default: ${DEFAULT-VALUE}).")
    private long everyMillis = 4_000;

    @Option(
            names = "--hold",
            description = "unknown-outcome-hold of the sidecars, in milliseconds (default: ${DEFAULT-VALUE}).")
    private long holdMillis = 2_000;

    @Option(
            names = "--lease",
            description = "store.intent-lease of the sidecars, in milliseconds (default: ${DEFAULT-VALUE}).")
    private long leaseMillis = 3_000;

    @Option(
            names = "--store-timeout",
            description = "timeouts.store of the sidecars, in milliseconds (default: ${DEFAULT-VALUE}).")
    private long storeTimeoutMillis = 50;

    @Option(names = "--seed", description = "Of all that is drawn (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there as well.")
    private @Nullable Path json;

    @Override
    public Integer call() throws Exception {
        Stage.quiet();
        FreshnessRun.Options options = new FreshnessRun.Options(
                sidecars,
                clients,
                rate,
                PrivateCommand.share(writes),
                zipf,
                Duration.ofMillis((long) (minutes * 60_000)),
                Fault.parse(faults),
                everyMillis,
                Duration.ofMillis(holdMillis),
                Duration.ofMillis(leaseMillis),
                Duration.ofMillis(storeTimeoutMillis),
                seed);
        System.out.printf(
                "%d sidecars, %d clients, %d requests a second, %s writes, Zipf %s over %d items, %s min, faults %s, hold %d ms, lease %d ms, store timeout %d ms, seed %d, on %s%n%s%n",
                sidecars,
                clients,
                rate,
                writes,
                zipf,
                Mix.ITEMS,
                minutes,
                faults,
                holdMillis,
                leaseMillis,
                storeTimeoutMillis,
                seed,
                Machine.line(),
                Mix.WORDS);
        FreshnessRun.Outcome outcome =
                FreshnessRun.run(options, System::nanoTime, seen -> Stage.tell(seen.line()), System.out::println);
        print(outcome);
        Path file = json;
        if (file != null) {
            write(outcome, file);
        }
        return outcome.tally().violations() == 0 && outcome.complaints().isEmpty() ? 0 : 1;
    }

    private static void print(FreshnessRun.Outcome outcome) {
        FreshnessTally tally = outcome.tally();
        System.out.printf("%n%s%n%n" + ROW, tally.line(), "", "reads", "hits", "careful cache", "perfect cache");
        tally.routes().forEach(FreshnessCommand::print);
        print("all", tally.all());
        printMisses(tally);
        System.out.printf(
                "%n  reads took %.1f ms (median), %.1f ms (99 %%)%n",
                tally.latencyMicros(50) / 1e3, tally.latencyMicros(99) / 1e3);
        for (Kind kind : Kind.values()) {
            System.out.printf("  %-12s %d%n", kind.name().toLowerCase(Locale.ROOT), tally.violations(kind));
        }
        outcome.complaints().forEach(line -> System.out.println("  a sidecar said: " + line));
    }

    private static void print(String route, Share share) {
        System.out.printf(
                ROW,
                route,
                "%,d".formatted(share.reads()),
                "%.1f %%".formatted(share.hitPercent()),
                "%.1f %%".formatted(share.carefulPercent()),
                "%.1f %%".formatted(share.perfectPercent()));
    }

    /** A careful cache keeps every promise, and is otherwise as good as can be: what it has as well is the price of promises. */
    private static void printMisses(FreshnessTally tally) {
        System.out.printf("%n" + REASON, "", "no hit because of", "reads", "", "careful had");
        Map<String, Share> routes = tally.routes();
        tally.misses().all().forEach((route, reasons) -> {
            long reads = routes.getOrDefault(route, Share.NONE).reads();
            reasons.stream()
                    .filter(reason -> reason.getValue().reads() > LEAST_TOLD * reads)
                    .forEach(reason -> System.out.printf(
                            REASON,
                            route,
                            reason.getKey(),
                            "%,d".formatted(reason.getValue().reads()),
                            "%.1f %%".formatted(100.0 * reason.getValue().reads() / reads),
                            "%.1f %%".formatted(100.0 * reason.getValue().avoidable() / reads)));
        });
    }

    private static void write(FreshnessRun.Outcome outcome, Path file) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        FreshnessTally tally = outcome.tally();
        ObjectNode root = mapper.createObjectNode()
                .put("reads", tally.all().reads())
                .put("writes", tally.writes())
                .put("owedWrites", tally.owedWrites())
                .put("hitPercent", tally.all().hitPercent())
                .put("carefulPercent", tally.all().carefulPercent())
                .put("perfectPercent", tally.all().perfectPercent())
                .put("explainedFailures", tally.explainedFailures())
                .put("medianMicros", tally.latencyMicros(50))
                .put("p99Micros", tally.latencyMicros(99));
        ObjectNode wrong = root.putObject("wrong");
        for (Kind kind : Kind.values()) {
            wrong.put(kind.name().toLowerCase(Locale.ROOT), tally.violations(kind));
        }
        ObjectNode struck = root.putObject("faults");
        tally.faults().forEach(struck::put);
        ObjectNode routes = root.putObject("routes");
        tally.routes()
                .forEach((name, share) -> routes.putObject(name)
                        .put("reads", share.reads())
                        .put("hitPercent", share.hitPercent())
                        .put("carefulPercent", share.carefulPercent())
                        .put("perfectPercent", share.perfectPercent()));
        mapper.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
    }
}
