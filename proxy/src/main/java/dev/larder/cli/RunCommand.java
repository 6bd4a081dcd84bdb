package dev.larder.cli;

import dev.larder.settings.SettingsLoader;
import io.netty.util.ResourceLeakDetector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code larder run}: the sidecar, until it is told to end. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs the sidecar in front of a backend.",
            "Settings come from a file, then the environment, then flags; the later ones win.",
            ""
        })
final class RunCommand implements Callable<Integer> {

    private static final Path USUAL_FILE = Path.of("config/larder.yaml");

    private static final String LEAK_DETECTION = "io.netty.leakDetection.level";

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "settings file; config/larder.yaml where it is there")
    private @Nullable Path config;

    /** Gives the command a flag for every setting, from the one table of settings. */
    static void addSettings(CommandLine run) {
        for (SettingsLoader.Description setting : SettingsLoader.descriptions()) {
            String standard = setting.defaultText().isEmpty() ? "" : " (default " + setting.defaultText() + ")";
            OptionSpec.Builder option = OptionSpec.builder(setting.flag())
                    .type(String.class)
                    .paramLabel("VALUE")
                    .description((setting.meaning() + standard).replace("%", "%%"));
            if (setting.path().equals("store.url")) {
                option.names(setting.flag(), "--store");
            }
            run.getCommandSpec().addOption(option.build());
        }
    }

    @Override
    public Integer call() throws Exception {
        CommandSpec of = spec;
        if (of == null) {
            throw new IllegalStateException("run without a command line");
        }
        Optional<Path> file =
                config != null ? Optional.of(config) : Optional.of(USUAL_FILE).filter(Files::exists);
        if (System.getProperty(LEAK_DETECTION) == null) {
            // Tests look for leaks, in every buffer. Here each sample would cost more than a hit.
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        }
        try {
            untilTold(Launch.start(file, flags(of), System.getenv()));
        } catch (Launch.Refused refused) {
            of.commandLine().getErr().println(refused.getMessage());
            return 1;
        }
        return 0;
    }

    /** Waits for SIGTERM or Ctrl-C, then drains before the process ends. */
    private static void untilTold(Launch running) throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        Thread ending = new Thread(
                () -> {
                    running.close();
                    told.countDown();
                },
                "drain");
        Runtime.getRuntime().addShutdownHook(ending);
        told.await();
    }

    private static Map<String, String> flags(CommandSpec of) {
        Map<String, String> flags = new LinkedHashMap<>();
        for (SettingsLoader.Description setting : SettingsLoader.descriptions()) {
            OptionSpec option = of.findOption(setting.flag());
            if (option != null && option.getValue() instanceof String text) {
                flags.put(setting.path(), text);
            }
        }
        return flags;
    }
}
