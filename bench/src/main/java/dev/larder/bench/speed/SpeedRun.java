package dev.larder.bench.speed;

import dev.larder.bench.report.Findings;
import dev.larder.bench.report.HtmlReport;
import dev.larder.bench.report.JsonReport;
import dev.larder.bench.report.Section;
import dev.larder.bench.report.TextTable;
import dev.larder.bench.rivals.LarderCommand;
import dev.larder.bench.rivals.Rival;
import dev.larder.bench.stage.RedisProcess;
import dev.larder.bench.stage.Stage;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * One run with its options, for the commands that begin one. Blocking; told of progress on standard error, of results on standard
 * output.
 */
public final class SpeedRun {
    /** Up to here others are the system itself. */
    private static final double QUIET_PERCENT = 5;

    /** So that a first look at all of it takes no more than some twenty minutes. */
    private static final int QUICK_RATE_ROUNDS = 2;

    private static final int LOAD_WARM_UP_RATE = 4_000;
    private static final int LOAD_WARM_UP_SECONDS = 5;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--scenario",
            split = ",",
            paramLabel = "NAME",
            description = "Which scenarios, by name; all if absent. A wrong name lists them.")
    private List<String> names = List.of();

    @Option(
            names = "--against",
            split = ",",
            paramLabel = "PROXY",
            description = "Beside whom: nginx, haproxy, varnish, nginx+lua, alone; all that are installed if absent.")
    private List<String> against = List.of();

    @Option(names = "--rounds", description = "Rounds of each measurement (default: 5, or 3 with --quick).")
    private @Nullable Integer rounds;

    @Option(names = "--seconds", description = "Seconds of each slice (default: 3, or 1 with --quick).")
    private @Nullable Integer seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description = "Seconds of load before anything counts, at most (default: 40, or 15 with --quick).")
    private @Nullable Integer warmUp;

    @Option(names = "--quick", description = "Fewer and shorter rounds: a first look, not figures to cite.")
    private boolean quick;

    @Option(names = "--results", description = "Where the report and its JSON go (default: ${DEFAULT-VALUE}).")
    private Path results = Path.of("bench", "results");

    /**
     * Runs all scenarios that were asked for.
     *
     * @return what the process should end with
     */
    public int run() throws Exception {
        Stage.quiet();
        List<String> scenarios = scenarios();
        List<String> remarks = new ArrayList<>();
        List<Rival> rivals = rivals(remarks);
        Path wrk = Wrk.program().orElse(null);
        if (wrk == null) {
            System.err.println("wrk is not installed, and it is what finds the saturation: apt-get install wrk");
            return 2;
        }
        long beginNanos = System.nanoTime();
        // Once this process is pinned, it sees fewer of them.
        int cores = Runtime.getRuntime().availableProcessors();
        Pinning pinning = Pinning.of(cores);
        pinning.pinSelf();
        LarderCommand larder = LarderCommand.find(classes(), Path.of(""));
        String begun = LocalDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm"));
        Map<String, String> configs = new LinkedHashMap<>();
        List<Section> sections = new ArrayList<>();
        Map<String, String> machine;
        boolean failed = false;
        try (RedisProcess redis = RedisProcess.start();
                SpeedOrigin origin = SpeedOrigin.start();
                OpenLoop openLoop = OpenLoop.start()) {
            machine = MachineRecord.of(rivals, pinning, cores, larder.how(), redis.version());
            machine.forEach((name, value) -> System.out.printf("%-18s %s%n", name, value));
            remarks.forEach(System.out::println);
            int all = value(rounds, quick ? 3 : 5);
            Ring ring = new Ring(
                    rivals,
                    all,
                    quick ? Math.min(all, QUICK_RATE_ROUNDS) : all,
                    value(seconds, quick ? 1 : 3),
                    value(warmUp, quick ? 15 : 40),
                    larder,
                    pinning.proxies(),
                    URI.create(redis.url()),
                    Stage::tell,
                    configs);
            warmUp(openLoop, origin);
            Wrk load = new Wrk(wrk, System.nanoTime() & 0xffffff);
            Scenarios chosen = new Scenarios(ring, origin, load, openLoop, quick);
            for (String scenario : scenarios) {
                failed |= !run(chosen, scenario, cores, sections, remarks);
            }
        }
        machine.put("this run took", minutes(System.nanoTime() - beginNanos));
        System.out.printf("%nthis run took %s%n", machine.get("this run took"));
        write(new Findings(begun, options(), machine, sections, configs, remarks));
        return failed ? 1 : 0;
    }

    /** The load and the origin are Java, too: whoever is measured first should not find them slower than who comes later. */
    private static void warmUp(OpenLoop openLoop, SpeedOrigin origin) throws IOException {
        Stage.tell("warming up the load and the origin");
        OpenLoopResult unused = openLoop.run(new OpenLoopJob(
                origin.address().getPort(),
                LOAD_WARM_UP_RATE,
                0,
                LOAD_WARM_UP_SECONDS,
                Target.one("/pages/b1024/"),
                1));
    }

    private static String minutes(long nanos) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(nanos);
        return "%d min %02d s".formatted(seconds / 60, seconds % 60);
    }

    /** One scenario; {@code false} where it failed, which ends none of the others. */
    private static boolean run(Scenarios all, String scenario, int cores, List<Section> sections, List<String> remarks)
            throws InterruptedException {
        Disturbance disturbance = Disturbance.begin();
        long beginNanos = System.nanoTime();
        try {
            Section section = all.run(scenario);
            Stage.tell("%s took %s".formatted(scenario, minutes(System.nanoTime() - beginNanos)));
            sections.add(section);
            System.out.println();
            System.out.print(TextTable.render(section));
            double others = disturbance.othersPercent(cores);
            if (others > QUIET_PERCENT) {
                remarks.add("%s: others had %.0f %% of the machine meanwhile; its figures are not to be cited."
                        .formatted(section.title(), others));
                System.out.println(remarks.get(remarks.size() - 1));
            }
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            remarks.add("%s failed: %s".formatted(scenario, e.getMessage()));
            System.err.println(remarks.get(remarks.size() - 1));
            return false;
        }
    }

    private List<String> scenarios() {
        List<String> chosen = names.stream().map(String::strip).toList();
        for (String name : chosen) {
            if (!Scenarios.NAMES.contains(name)) {
                throw new ParameterException(
                        commandSpec().commandLine(),
                        "there is no scenario \"%s\"; expected some of %s"
                                .formatted(name, String.join(", ", Scenarios.NAMES)));
            }
        }
        return chosen.isEmpty() ? Scenarios.NAMES : chosen;
    }

    private List<Rival> rivals(List<String> remarks) {
        List<Rival> chosen = new ArrayList<>();
        List<Rival> wanted = against.stream()
                .map(name -> Rival.named(name)
                        .orElseThrow(() -> new ParameterException(
                                commandSpec().commandLine(),
                                "there is no proxy \"%s\"; expected some of %s".formatted(name, Rival.names()))))
                .toList();
        for (Rival rival : Rival.values()) {
            boolean asked = rival.own() || wanted.isEmpty() || wanted.contains(rival);
            if (asked && rival.installed()) {
                chosen.add(rival);
            } else if (asked) {
                remarks.add("%s is not installed: %s".formatted(rival.title(), rival.howToInstall()));
            }
        }
        return chosen;
    }

    private void write(Findings findings) throws Exception {
        Files.createDirectories(results);
        String name = "speed-" + findings.date().replace(" ", "-").replace(":", "");
        Path page = results.resolve(name + ".html");
        Files.writeString(page, HtmlReport.render(findings), StandardCharsets.UTF_8);
        Files.writeString(results.resolve(name + ".json"), JsonReport.render(findings), StandardCharsets.UTF_8);
        System.out.printf("%nreport   %s%nJSON     %s%n", page, results.resolve(name + ".json"));
    }

    private String options() {
        return spec == null
                ? ""
                : "./larder "
                        + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("picocli has not set the command");
        }
        return spec;
    }

    private static Path classes() throws Exception {
        return Path.of(SpeedRun.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    private static int value(@Nullable Integer given, int otherwise) {
        return given == null ? otherwise : Math.max(1, given);
    }
}
