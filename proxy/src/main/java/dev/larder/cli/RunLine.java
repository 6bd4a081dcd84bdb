package dev.larder.cli;

import dev.larder.settings.SettingsLoader;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * What {@code larder run} was told: the settings file, and flags by path. It reads the plain forms of flags by itself,
 * because building the whole command line, with its help, takes longer than all else on the way to ready. Whatever is
 * not plain is left to {@link RunCommand}, which means the same by what both understand.
 *
 * @param config the settings file that was named
 * @param flags texts by path of the setting
 */
record RunLine(Optional<Path> config, Map<String, String> flags) {

    private static final String CONFIG = "--config";
    private static final String LEAK_DETECTION = "io.netty.leakDetection.level";
    /** Another word for {@code --store-url}. */
    static final String STORE = "--store";

    /**
     * Reads {@code --flag=value} and {@code --flag value}.
     *
     * @param arguments what comes after {@code run}
     * @return nothing where anything is unknown, repeated, asks for help or could be read in another way
     */
    static Optional<RunLine> read(List<String> arguments) {
        Map<String, String> paths = new HashMap<>();
        for (SettingsLoader.Description setting : SettingsLoader.descriptions()) {
            paths.put(setting.flag(), setting.path());
        }
        paths.put(STORE, "store.url");
        paths.put(CONFIG, CONFIG);
        Map<String, String> flags = new LinkedHashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int equals = argument.indexOf('=');
            String path = paths.get(equals < 0 ? argument : argument.substring(0, equals));
            String value = "";
            if (equals >= 0) {
                value = argument.substring(equals + 1);
            } else if (i + 1 < arguments.size()) {
                i++;
                value = arguments.get(i);
            }
            if (path == null || !isPlain(value) || flags.put(path, value) != null) {
                return Optional.empty();
            }
        }
        Optional<Path> config = Optional.ofNullable(flags.remove(CONFIG)).map(Path::of);
        return Optional.of(new RunLine(config, flags));
    }

    private static boolean isPlain(String value) {
        return !value.isEmpty() && "-@\"'".indexOf(value.charAt(0)) < 0 && value.indexOf('\0') < 0;
    }

    /**
     * Runs a sidecar until the process is told to end; blocks.
     *
     * @return the exit code
     */
    int run(PrintWriter err) throws InterruptedException {
        if (System.getProperty(LEAK_DETECTION) == null) {
            // Tests look for leaks, in every buffer. Here each sample would cost more than a hit.
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        }
        try {
            Launch running = Launch.start(SettingsLoader.file(config), flags, System.getenv());
            ReloadSignal.on(() -> running.reload("signal"));
            untilTold(running);
        } catch (Launch.Refused refused) {
            err.println(refused.getMessage());
            err.flush();
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

    /** What the outside world refuses is told in one line; a stack trace is for our own mistakes. */
    static boolean isTheWorlds(Exception failure) {
        return failure instanceof IOException
                || failure instanceof IllegalArgumentException
                || failure instanceof IllegalStateException;
    }
}
