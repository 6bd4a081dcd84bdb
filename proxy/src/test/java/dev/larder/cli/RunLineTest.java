package dev.larder.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.larder.settings.SettingsLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.OptionSpec;

/** What is read in the short way means the same as what the whole command line makes of it, or is left to it. */
class RunLineTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--backend=http://127.0.0.1:3000",
                "--backend http://127.0.0.1:3000 --listen 127.0.0.1:0",
                "--store=memory --config=my.yaml",
                "--store-url memory --threads=1",
                "--backend=http://h/?a=b=c",
            })
    void plainFlagsMeanWhatTheCommandLineMakesOfThem(String line) {
        List<String> arguments = line.isEmpty() ? List.of() : List.of(line.split(" ", -1));
        List<String> all = new ArrayList<>(List.of("run"));
        all.addAll(arguments);
        var run = Main.commandLine()
                .parseArgs(all.toArray(String[]::new))
                .subcommand()
                .commandSpec();
        RunLine read = RunLine.read(arguments).orElseThrow();
        for (SettingsLoader.Description setting : SettingsLoader.descriptions()) {
            assertEquals(
                    value(run.findOption(setting.flag())),
                    Optional.ofNullable(read.flags().get(setting.path())));
        }
        assertEquals(value(run.findOption("--config")), read.config());
    }

    private static Optional<Object> value(@Nullable OptionSpec option) {
        assertNotNull(option);
        return Optional.ofNullable(option.getValue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h",
                "--no-such=1",
                "--backend",
                "--backend=",
                "--backend --listen=127.0.0.1:0",
                "--backend=a --backend=b",
                "--store=memory --store-url=memory",
                "--backend=\"a\"",
                "@file",
                "--backend @file",
                "--",
                "surplus",
            })
    void whateverIsNotPlainIsLeftToTheCommandLine(String line) {
        assertEquals(Optional.empty(), RunLine.read(List.of(line.split(" ", -1))));
    }

    @Test
    void everySettingHasItsFlag() {
        for (SettingsLoader.Description setting : SettingsLoader.descriptions()) {
            RunLine expected = new RunLine(Optional.of(Path.of("f")), Map.of(setting.path(), "v"));
            assertEquals(Optional.of(expected), RunLine.read(List.of(setting.flag(), "v", "--config", "f")));
        }
    }
}
