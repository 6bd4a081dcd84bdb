package dev.larder.bench.purge;

import dev.larder.bench.mix.Machine;
import dev.larder.bench.stage.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code purge}: what purging one group costs among how many stored responses, beside the ways of others. */
@Command(
        name = "purge",
        mixinStandardHelpOptions = true,
        description = {
            "Purges one group among 1,000, 100,000 and 1,000,000 stored responses, larder's way and others', and measures hits while",
            "purges run. Starts all that it needs; a million responses take about 1.5 GiB of memory, and Varnish as much."
        })
public final class PurgeCommand implements Callable<Integer> {
    private static final long LONGEST_NANOS = 60_000_000_000L;
    private static final double NANOS_PER_MILLI = 1_000_000.0;
    private static final String ROW = "%-30s %12s %8s %10s %10s %10s%n";
    private static final int WARM_UP = 150;
    /** Of the groups of the largest store: these are purged first, the next by scanning, the rest are hits. */
    private static final int SCANNED = 600;

    private static final int LOADED = 1_000;
    private static final int PURGES_A_SECOND = 100;

    @Option(names = "--sizes", split = ",", description = "Stored responses (default: ${DEFAULT-VALUE}).")
    private int[] sizes = {1_000, 100_000, 1_000_000};

    @Option(names = "--purges", description = "Purges of each size, at most 400 (default: ${DEFAULT-VALUE}).")
    private int purges = 400;

    @Option(names = "--scans", description = "Runs of each way that scans (default: ${DEFAULT-VALUE}).")
    private int scans = 9;

    @Option(
            names = "--windows",
            description = "Pairs of a second each of hits without and with purges (default: ${DEFAULT-VALUE}).")
    private int windows = 15;

    @Option(names = "--json", description = "Where the figures go as JSON as well.")
    private @Nullable Path json;

    private final List<String> figures = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        Stage.quiet();
        purges = Math.min(purges, 400);
        System.out.printf("purges of one group, on %s%n", Machine.line());
        List<Filled> stores = new ArrayList<>();
        try {
            for (int size : sizes) {
                Stage.tell("storing " + size + " responses");
                stores.add(Filled.start(size));
            }
            List<Histogram> own = own(stores);
            System.out.printf("%n" + ROW, "", "responses", "runs", "median", "p99", "highest");
            System.out.printf(ROW, "ms", "", "", "", "", "");
            for (int i = 0; i < sizes.length; i++) {
                print("larder", sizes[i], own.get(i));
            }
            others(stores);
            varnish();
            System.out.println("Souin is not measured: distributions have no package of it.");
            boolean even = even(own);
            boolean kept = hits(stores.get(stores.size() - 1));
            write();
            return even && kept ? 0 : 1;
        } finally {
            for (Filled filled : stores) {
                filled.close();
            }
        }
    }

    /** One purge of each store in turn, so that whatever else the machine does meets all of them alike. */
    private List<Histogram> own(List<Filled> stores) {
        Stage.tell("purging, larder's way");
        List<Histogram> nanos = stores.stream().map(unused -> histogram()).toList();
        for (int round = 0; round < WARM_UP + purges; round++) {
            for (int i = 0; i < stores.size(); i++) {
                long took = stores.get(i).purge(round);
                if (round >= WARM_UP) {
                    nanos.get(i).recordValue(took);
                }
            }
        }
        for (Filled filled : stores) {
            if (filled.isHit(0) || !filled.isHit(filled.groups() - 1)) {
                throw new IllegalStateException("what was purged is a hit, or what was not is none");
            }
        }
        return nanos;
    }

    private void others(List<Filled> stores) {
        for (Filled filled : stores) {
            Stage.tell("KEYS and SCAN among " + filled.responses());
            Histogram keys = histogram();
            Histogram scan = histogram();
            try (PlainRedis redis = PlainRedis.connect(filled.redis().url())) {
                int each = filled.responses() / filled.groups();
                for (int run = 0; run < scans; run++) {
                    int group = SCANNED + 2 * run;
                    long begin = System.nanoTime();
                    expect(each, redis.keysAndDelete(Filled.glob(group)));
                    keys.recordValue(System.nanoTime() - begin);
                    begin = System.nanoTime();
                    expect(each, redis.scanAndUnlink(Filled.glob(group + 1)));
                    scan.recordValue(System.nanoTime() - begin);
                }
            }
            print("KEYS and DEL", filled.responses(), keys);
            print("SCAN (1,000 at once), UNLINK", filled.responses(), scan);
        }
    }

    private static void expect(int wanted, long deleted) {
        if (deleted != wanted) {
            throw new IllegalStateException(deleted + " of " + wanted + " were deleted");
        }
    }

    private void varnish() throws IOException {
        Path program = Varnish.program().orElse(null);
        if (program == null) {
            System.out.println("Varnish is not installed: apt-get install varnish");
            return;
        }
        for (int size : sizes) {
            Stage.tell("Varnish's ban among " + size);
            Histogram nanos = histogram();
            try (Varnish varnish = Varnish.start(program, size, Math.min(size, 10_000))) {
                for (int round = 0; round < WARM_UP + purges; round++) {
                    long took = varnish.ban(round);
                    if (round >= WARM_UP) {
                        nanos.recordValue(took);
                    }
                }
            }
            print("Varnish: adding a ban", size, nanos);
        }
    }

    private boolean even(List<Histogram> own) {
        long[] medians = own.stream()
                .mapToLong(nanos -> nanos.getValueAtPercentile(50))
                .sorted()
                .toArray();
        double apart = 100.0 * (medians[medians.length - 1] - medians[0]) / medians[0];
        double highest = medians[medians.length - 1] / NANOS_PER_MILLI;
        System.out.printf("larder's medians are %.0f %% apart; the highest is %.3f ms%n", apart, highest);
        figures.add(String.format(Locale.ROOT, "\"medians-apart-percent\":%.1f", apart));
        return apart <= 20 && highest < 1;
    }

    /** Windows without and with purges in turn, each pair in the other order than the one before. */
    private boolean hits(Filled filled) {
        if (filled.groups() <= LOADED + windows * PURGES_A_SECOND * 2) {
            System.out.println("too few groups to measure hits beside purges");
            return true;
        }
        Stage.tell("hits in Redis, with and without " + PURGES_A_SECOND + " purges a second");
        int hot = filled.groups() - 1_000;
        double unused = HitLoad.hitsPerSecond(filled, hot, 3_000, 0, 0);
        double[] without = new double[windows];
        double[] with = new double[windows];
        int purged = LOADED;
        for (int i = 0; i < windows; i++) {
            if (i % 2 == 0) {
                without[i] = HitLoad.hitsPerSecond(filled, hot, 1_000, 0, purged);
            }
            with[i] = HitLoad.hitsPerSecond(filled, hot, 1_000, PURGES_A_SECOND, purged);
            purged += PURGES_A_SECOND;
            if (i % 2 != 0) {
                without[i] = HitLoad.hitsPerSecond(filled, hot, 1_000, 0, purged);
            }
        }
        double[] lost = new double[windows];
        Arrays.setAll(lost, i -> 100 * (1 - with[i] / without[i]));
        System.out.printf(
                "hits in Redis a second: %.0f without purges, %.0f with %d a second; lost %.1f %% (median of %d pairs)%n",
                median(without), median(with), PURGES_A_SECOND, median(lost), windows);
        figures.add(String.format(
                Locale.ROOT,
                "\"hits\":{\"without\":%.0f,\"with\":%.0f,\"lost-percent\":%.2f}",
                median(without),
                median(with),
                median(lost)));
        return median(lost) <= 5;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static Histogram histogram() {
        return new Histogram(LONGEST_NANOS, 3);
    }

    private void print(String way, int responses, Histogram nanos) {
        System.out.printf(
                ROW,
                way,
                "%,d".formatted(responses),
                nanos.getTotalCount(),
                millis(nanos.getValueAtPercentile(50)),
                millis(nanos.getValueAtPercentile(99)),
                millis(nanos.getMaxValue()));
        figures.add(String.format(
                Locale.ROOT,
                "\"%s among %d\":{\"runs\":%d,\"median-ms\":%.4f,\"p99-ms\":%.4f}",
                way,
                responses,
                nanos.getTotalCount(),
                nanos.getValueAtPercentile(50) / NANOS_PER_MILLI,
                nanos.getValueAtPercentile(99) / NANOS_PER_MILLI));
    }

    private static String millis(long nanos) {
        return "%.3f".formatted(nanos / NANOS_PER_MILLI);
    }

    private void write() throws IOException {
        if (json != null) {
            Files.writeString(
                    json,
                    "{\"on\":\"" + Machine.line() + "\",\n" + String.join(",\n", figures) + "}\n",
                    StandardCharsets.UTF_8);
        }
    }
}
