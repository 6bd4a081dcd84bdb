package dev.larder.bench.torture;

import dev.larder.bench.mix.Machine;
import dev.larder.bench.stage.Stage;
import dev.larder.bench.torture.Violation.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code private}: random requests of a few visitors, and whether anybody gets what the backend would not have given. */
@Command(
        name = "private",
        mixinStandardHelpOptions = true,
        description = {
            "Sends random requests of a few visitors, plain and hostile, in a mix with writes, sign-outs and changed roles,",
            "to larder before a backend whose answers say whose they are and of which version. Each answer is compared with",
            "what the backend alone would have given this visitor. Starts all that it needs; exit code 1 for a wrong answer."
        })
public final class PrivateCommand implements Callable<Integer> {

    @Option(names = "--requests", description = "How many (default: ${DEFAULT-VALUE}).")
    private long requests = 1_000_000;

    @Option(names = "--seed", description = "Of all that is drawn (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--store", description = "memory, redis (one of its own) or redis://… (default: ${DEFAULT-VALUE}).")
    private String store = "memory";

    @Option(names = "--visitors", description = "How many (default: ${DEFAULT-VALUE}).")
    private int visitors = 4;

    @Option(names = "--connections", description = "How many at once (default: ${DEFAULT-VALUE}).")
    private int connections = 32;

    @Option(
            names = "--writes",
            description = "Share of requests that change something, in per cent (default: ${DEFAULT-VALUE}).")
    private String writes = "2%";

    @Option(
            names = "--trouble",
            description = "How often the backend errs: 0 never, 1 as usual (default: ${DEFAULT-VALUE}).")
    private double trouble = 1;

    @Option(
            names = "--rules",
            description = "Other rules than those that fit the backend, to see that wrong ones show.")
    private @Nullable Path rules;

    @Override
    public Integer call() throws Exception {
        Stage.quiet();
        Path other = rules;
        PrivateRun.Options options = new PrivateRun.Options(
                requests,
                seed,
                store,
                visitors,
                connections,
                share(writes),
                trouble,
                other == null ? PrivateRun.rules() : Files.readString(other));
        System.out.printf(
                "%,d requests of %d visitors on %d connections, %s writes, store %s, seed %d, on %s%n",
                requests, visitors, connections, writes, store, seed, Machine.line());
        long began = System.nanoTime();
        Tally tally = PrivateRun.run(options, System::nanoTime, seen -> Stage.tell(seen.line()), System.out::println);
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf("%n%s%nin %.1f s, %,.0f a second%n", tally.line(), seconds, tally.requests() / seconds);
        for (Kind kind : Kind.values()) {
            System.out.printf("  %-12s %d%n", kind.name().toLowerCase(Locale.ROOT), tally.violations(kind));
        }
        return tally.violations() == 0 ? 0 : 1;
    }

    /** {@code 2%} or {@code 0.02}. */
    static double share(String text) {
        return text.endsWith("%")
                ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100
                : Double.parseDouble(text);
    }
}
