package dev.larder.cli;

import dev.larder.settings.SettingsLoader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
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
                option.names(setting.flag(), RunLine.STORE);
            }
            if (setting.defaultText().equals("false")) {
                option.arity("0..1").fallbackValue("true");
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
        return new RunLine(Optional.ofNullable(config), flags(of))
                .run(of.commandLine().getErr());
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
