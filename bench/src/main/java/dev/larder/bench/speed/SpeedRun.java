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
        // Once this process is pinned, it sees fewer of them.
        int cores = Runtime.getRuntime().availableProcessors();
        Pinning pinning = Pinning.of(cores);
        Map<String, String> machine = MachineRecord.of(rivals, pinning);
        machine.forEach((name, value) -> System.out.printf("%-12s %s%n", name, value));
        remarks.forEach(System.out::println);
        pinning.pinSelf();
        String begun = LocalDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm"));
        Map<String, String> configs = new LinkedHashMap<>();
        List<Section> sections = new ArrayList<>();
        boolean failed = false;
        try (RedisProcess redis = RedisProcess.start();
                SpeedOrigin origin = SpeedOrigin.start();
                OpenLoop openLoop = OpenLoop.start()) {
            Ring ring = new Ring(
                    rivals,
                    value(rounds, quick ? 3 : 5),
                    value(seconds, quick ? 1 : 3),
                    quick ? 10 : 20,
                    LarderCommand.find(classes(), Path.of("")),
                    pinning.proxies(),
                    URI.create(redis.url()),
                    Stage::tell,
                    configs);
            Wrk load = new Wrk(wrk, System.nanoTime() & 0xffffff);
            Scenarios all = new Scenarios(ring, origin, load, openLoop, quick);
            for (String scenario : scenarios) {
                failed |= !run(all, scenario, cores, sections, remarks);
            }
        }
        write(new Findings(begun, options(), machine, sections, configs, remarks));
        return failed ? 1 : 0;
    }

    /** One scenario; {@code false} where it failed, which ends none of the others. */
    private static boolean run(Scenarios all, String scenario, int cores, List<Section> sections, List<String> remarks)
            throws InterruptedException {
        Disturbance disturbance = Disturbance.begin();
        try {
            Section section = all.run(scenario);
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
                                "there is no proxy \"%s\"; expected some of nginx, haproxy, varnish, nginx+lua, alone"
                                        .formatted(name))))
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
