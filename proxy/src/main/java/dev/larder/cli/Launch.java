package dev.larder.cli;

import dev.larder.rules.Problem;
import dev.larder.settings.Settings;
import dev.larder.settings.SettingsLoader;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** From settings as text to a running sidecar: what {@code run} does, for others who want one in their own process. */
public final class Launch implements AutoCloseable {

    private final Wiring sidecar;

    private Launch(Wiring sidecar) {
        this.sidecar = sidecar;
    }

    /** Settings, or the rules file, or what it names, are wrong. The message holds all problems, one a line. */
    public static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        Refused(List<Problem> problems) {
            super(problems.stream().map(Problem::toString).collect(Collectors.joining(System.lineSeparator()))
                    + System.lineSeparator() + "larder: " + problems.size()
                    + (problems.size() == 1 ? " problem" : " problems") + "; nothing was started");
        }
    }

    /**
     * Starts a sidecar from settings by path, e.g. {@code store.url}.
     *
     * @throws Refused if they, or the rules file, cannot be used
     * @throws IllegalStateException if an address cannot be bound, naming it
     */
    public static Launch start(Map<String, String> settings, Map<String, String> environment) throws Refused {
        return start(Optional.empty(), settings, environment);
    }

    static Launch start(Optional<Path> file, Map<String, String> flags, Map<String, String> environment)
            throws Refused {
        SettingsLoader.Loaded loaded = SettingsLoader.underScript().load(file, environment, flags);
        if (loaded instanceof SettingsLoader.Loaded.Refused refused) {
            throw new Refused(refused.problems());
        }
        SettingsLoader.Loaded.Ok begunWith = (SettingsLoader.Loaded.Ok) loaded;
        Settings settings = begunWith.settings();
        RulesFile.Read rules = RulesFile.read(settings.rules());
        if (rules instanceof RulesFile.Read.Refused refused) {
            throw new Refused(refused.problems());
        }
        Wiring.Started started = Wiring.start(
                settings,
                ((RulesFile.Read.Ok) rules).rulebook(),
                name -> Optional.ofNullable(environment.get(name)),
                Clocks.system(),
                () -> needRestart(begunWith, SettingsLoader.underScript().load(file, environment, flags)));
        if (started instanceof Wiring.Started.Refused refused) {
            throw new Refused(refused.problems());
        }
        Wiring sidecar = ((Wiring.Started.Running) started).sidecar();
        sidecar.watchRules();
        return new Launch(sidecar);
    }

    private static List<String> needRestart(SettingsLoader.Loaded.Ok begunWith, SettingsLoader.Loaded now) {
        if (now instanceof SettingsLoader.Loaded.Ok ok) {
            return begunWith.differing(ok).stream()
                    .map(path -> "setting " + path)
                    .toList();
        }
        // It would not start again like this.
        return ((SettingsLoader.Loaded.Refused) now)
                .problems().stream().map(Problem::toString).toList();
    }

    /** Puts the rules file in force as it is now, or refuses it; the log says which. */
    void reload(String cause) {
        var unused = sidecar.reload(cause);
    }

    /** Where visitors connect, as {@code host:port}. */
    public String address() {
        return text(sidecar.address());
    }

    /** Where health and metrics are, as {@code host:port}. */
    public String adminAddress() {
        return text(sidecar.adminAddress());
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Drains, then ends. */
    @Override
    public void close() {
        sidecar.close();
    }
}
