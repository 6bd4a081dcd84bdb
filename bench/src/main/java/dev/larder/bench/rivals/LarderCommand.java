package dev.larder.bench.rivals;

import dev.larder.bench.stage.SidecarCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How larder is run on this machine: by its script where that is there and built, as a user would, otherwise by the class path of this
 * process.
 *
 * @param program the first words of the command, up to {@code run}
 * @param rules the rules file
 * @param how the same for a reader: whether it is what a user would start
 */
public record LarderCommand(List<String> program, Path rules, String how) {

    /**
     * Finds it.
     *
     * @param classes where the classes of this program come from, e.g. {@code bench/target/larder-bench.jar}
     * @param workingDirectory where {@code rules.yaml} is if it is not beside the script
     */
    public static LarderCommand find(Path classes, Path workingDirectory) {
        Path target = classes.toAbsolutePath().getParent();
        Path home = target == null || target.getParent() == null
                ? null
                : target.getParent().getParent();
        Path rules = workingDirectory.resolve("rules.yaml");
        List<String> program = SidecarCommand.program(List.of("-XX:+ExitOnOutOfMemoryError"));
        String how = "by the class path of this program, not as a user would start it";
        if (home != null) {
            if (Files.isRegularFile(home.resolve("rules.yaml"))) {
                rules = home.resolve("rules.yaml");
            }
            boolean jar = String.valueOf(classes.getFileName()).endsWith(".jar");
            if (jar && Files.isExecutable(home.resolve("larder"))) {
                program = List.of(home.resolve("larder").toString());
                how = "by ./larder run, " + (archived(home) ? "with" : "without") + " its archive of classes";
            }
        }
        return new LarderCommand(program, rules, how);
    }

    /** Whether the script finds an archive; for which JDK is its own affair. */
    private static boolean archived(Path home) {
        try (var files = Files.list(home.resolve(Path.of("proxy", "target")))) {
            return files.map(Path::toString).anyMatch(name -> name.endsWith(".jsa") || name.endsWith(".aot"));
        } catch (IOException notThere) {
            return false;
        }
    }

    List<String> words(Ground ground, boolean redisAlone) {
        List<String> words = new ArrayList<>(program);
        words.addAll(options(ground, redisAlone));
        words.add("--rules=" + rules);
        return words;
    }

    private static List<String> options(Ground ground, boolean redisAlone) {
        List<String> options = new ArrayList<>(List.of(
                "run",
                "--listen=127.0.0.1:" + ground.port(),
                "--admin=127.0.0.1:0",
                "--threads=1",
                "--backend=" + ground.origin()));
        if (redisAlone) {
            options.add("--store=" + ground.redis());
            options.add("--store-near-max-bytes=0");
            options.add("--store-owed-file=memory");
        }
        return options;
    }

    String shown(Ground ground, boolean redisAlone) {
        return "./larder " + String.join(" ", options(ground, redisAlone)) + " --rules=rules.yaml\n";
    }
}
