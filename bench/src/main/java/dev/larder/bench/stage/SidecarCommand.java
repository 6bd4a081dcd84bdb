package dev.larder.bench.stage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command line of a sidecar that runs by the class path of this process, in a process of its own. */
public final class SidecarCommand {

    private SidecarCommand() {}

    /** All words before the name of the command, e.g. {@code run}. */
    public static List<String> program(List<String> javaOptions) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(javaOptions);
        words.addAll(List.of(
                "-Dio.lettuce.core.iouring=false",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.larder.cli.Main"));
        return words;
    }

    /**
     * {@code run}, with a JVM for which being there soon matters more than speed later.
     *
     * @param heap the largest, as {@code -Xmx} takes it
     * @param settings by path, e.g. {@code store.url}
     */
    public static List<String> run(String heap, Map<String, String> settings) {
        List<String> words = program(List.of("-Xmx" + heap, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        words.add("run");
        settings.forEach((path, text) -> words.add("--" + path.replace('.', '-') + "=" + text));
        return words;
    }
}
