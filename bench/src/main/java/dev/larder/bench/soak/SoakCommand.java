package dev.larder.bench.soak;

import dev.larder.bench.mix.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code larder bench soak}: what a sidecar takes in the long run. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description = {
            "A steady mixed load on a sidecar with 10,000 stored responses of 1 KiB, and what it takes meanwhile.",
            "The first third is for warming up. Exit code 1 if anything grows, requests fail, or answers cease."
        })
public final class SoakCommand implements Callable<Integer> {

    private static final double SECOND_NANOS = 1e9;
    private static final double MIB = 1024;
    private static final int KEYS = 10_000;
    private static final Duration SILENCE = Duration.ofSeconds(30);

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--minutes", defaultValue = "60", description = "how long (default 60)")
    private double minutes;

    @Option(names = "--rate", defaultValue = "500", description = "requests a second (default 500)")
    private int rate;

    @Option(names = "--every", defaultValue = "10", description = "seconds between samples (default 10)")
    private int every;

    @Option(names = "--store", defaultValue = "memory", description = "the sidecar's store (default memory)")
    private String store = "memory";

    @Option(
            names = "--share",
            defaultValue = "0.05",
            description = "growth in an hour that counts, of the mean (default 0.05)")
    private double share;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        String home = System.getenv("LARDER_HOME");
        if (home == null) {
            throw new IllegalStateException("start it by ./larder bench soak: a sidecar is started by the same script");
        }
        Path folder = Files.createTempDirectory("larder-soak");
        Path rules = folder.resolve("rules.yaml");
        try (InputStream in = Objects.requireNonNull(SoakCommand.class.getResourceAsStream("soak.rules.yaml"))) {
            Files.copy(in, rules);
        }
        out.println(Machine.line());
        out.println("logs in " + folder);
        try (SoakOrigin origin = new SoakOrigin();
                SoakedSidecar sidecar =
                        SoakedSidecar.start(Path.of(home, "larder"), folder, origin.port(), rules, store);
                SoakLoad load = new SoakLoad(sidecar.port(), KEYS)) {
            out.println("filling");
            out.flush();
            load.fill(SILENCE);
            load.begin(rate);
            List<SoakSample> samples = watched(out, sidecar, load);
            boolean grows = verdict(out, samples.subList(samples.size() / 3, samples.size()));
            out.printf(
                    "%d answered, %d of them hits, %d failed, %d left out because 64 were under way%n",
                    load.answered(), load.hits(), load.failed(), load.leftOut());
            if (load.failed() > 0) {
                out.println("first failure: " + load.firstFailure());
            }
            out.flush();
            return grows || load.failed() > 0 ? 1 : 0;
        }
    }

    private List<SoakSample> watched(PrintWriter out, SoakedSidecar sidecar, SoakLoad load) throws IOException {
        List<SoakSample> samples = new ArrayList<>();
        long began = System.nanoTime();
        long end = began + (long) (minutes * 60 * SECOND_NANOS);
        out.printf(
                "%8s %9s %9s %9s %6s %8s %10s%n",
                "seconds", "RSS MiB", "heap MiB", "rest MiB", "fds", "threads", "answered");
        long before = -1;
        double lastAnswer = 0;
        for (long next = began; next <= end; next += (long) (every * SECOND_NANOS)) {
            while (System.nanoTime() - next < 0) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
            SoakSample sample = sidecar.sample((System.nanoTime() - began) / SECOND_NANOS);
            samples.add(sample);
            if (load.answered() != before) {
                before = load.answered();
                lastAnswer = sample.seconds();
            } else if (sample.seconds() - lastAnswer > SILENCE.toSeconds()) {
                throw new IOException("no answer for more than " + SILENCE.toSeconds() + " s; " + load.failed()
                        + " failed, the first: " + load.firstFailure());
            }
            out.printf(
                    Locale.ROOT,
                    "%8.0f %9.1f %9.1f %9.1f %6.0f %8.0f %10d%n",
                    sample.seconds(),
                    sample.rssKib() / MIB,
                    sample.heapKib() / MIB,
                    sample.nativeKib() / MIB,
                    sample.descriptors(),
                    sample.threads(),
                    load.answered());
            out.flush();
        }
        return samples;
    }

    private boolean verdict(PrintWriter out, List<SoakSample> samples) {
        out.printf("%n%-28s %10s %12s %10s%n", "after warming up", "mean", "an hour", "±");
        boolean grows = line(out, "resident, MiB", samples, sample -> sample.rssKib() / MIB);
        grows |= line(out, "heap after collection, MiB", samples, sample -> sample.heapKib() / MIB);
        grows |= line(out, "JVM beside the heap, MiB", samples, sample -> sample.nativeKib() / MIB);
        grows |= line(out, "descriptors", samples, SoakSample::descriptors);
        grows |= line(out, "threads", samples, SoakSample::threads);
        out.println(grows ? "it grows" : "it does not grow");
        return grows;
    }

    private boolean line(PrintWriter out, String name, List<SoakSample> samples, ToDoubleFunction<SoakSample> value) {
        Trend trend = Trend.of(samples, value);
        boolean grows = trend.grows(share);
        out.printf(
                Locale.ROOT,
                "%-28s %10.1f %+12.1f %10.1f%s%n",
                name,
                trend.mean(),
                trend.perHour(),
                trend.uncertainty(),
                grows ? "  grows" : "");
        return grows;
    }
}
