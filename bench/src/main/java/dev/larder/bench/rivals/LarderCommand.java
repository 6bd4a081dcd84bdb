package dev.larder.bench.rivals;

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
 */
public record LarderCommand(List<String> program, Path rules) {

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
        List<String> program = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+ExitOnOutOfMemoryError",
                "-Dio.lettuce.core.iouring=false",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.larder.cli.Main");
        if (home != null) {
            if (Files.isRegularFile(home.resolve("rules.yaml"))) {
                rules = home.resolve("rules.yaml");
            }
            boolean jar = String.valueOf(classes.getFileName()).endsWith(".jar");
            if (jar && Files.isExecutable(home.resolve("larder"))) {
                program = List.of(home.resolve("larder").toString());
            }
        }
        return new LarderCommand(program, rules);
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
