package dev.larder.cli.remote;

import dev.larder.rules.Problem;
import dev.larder.settings.Settings;
import dev.larder.settings.SettingsLoader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which sidecar is meant, and how to show that one may ask it. Without {@code --admin} both come of the settings, as {@code
 * run} reads them; a token out of a file goes to no address that the same file, or the one who named it, does not.
 */
public final class AdminOptions {

    private static final String TOKEN = "LARDER_ADMIN_TOKEN";

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description = {
                "the sidecar's admin address; without it, what the settings say (default http://127.0.0.1:9090).",
                "Its token is that of LARDER_ADMIN_TOKEN, or of the settings"
            })
    private @Nullable URI admin;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "settings file of the sidecar; config/larder.yaml where it is there")
    private @Nullable Path config;

    /** Whether {@code --admin} or {@code --config} was said. */
    public boolean isSaid() {
        return admin != null || config != null;
    }

    /**
     * Who is asked.
     *
     * @throws IOException if the settings are wrong; the message holds all problems, one a line
     */
    public AdminClient client() throws IOException {
        return client(System.getenv());
    }

    AdminClient client(Map<String, String> environment) throws IOException {
        Optional<String> shown = Optional.ofNullable(environment.get(TOKEN)).filter(token -> !token.isBlank());
        URI named = admin;
        if (named != null && (shown.isPresent() || config == null)) {
            return new AdminClient(named, shown);
        }
        Settings settings = settings(environment);
        return new AdminClient(
                named != null ? named : url(settings.admin()), shown.isPresent() ? shown : settings.adminToken());
    }

    /** Where visitors connect, by the settings. */
    URI listen() throws IOException {
        return url(settings(System.getenv()).listen());
    }

    /** Where the sidecar notes its most frequent keys at its end, by the settings. */
    Optional<Path> lastRunFile() throws IOException {
        return settings(System.getenv()).lastRunFile();
    }

    private Settings settings(Map<String, String> environment) throws IOException {
        SettingsLoader.Loaded loaded = SettingsLoader.underScript()
                .load(SettingsLoader.file(Optional.ofNullable(config)), environment, Map.of());
        if (loaded instanceof SettingsLoader.Loaded.Refused refused) {
            throw new IOException("the settings cannot be read; --admin does without"
                    + System.lineSeparator()
                    + refused.problems().stream()
                            .map(Problem::toString)
                            .collect(Collectors.joining(System.lineSeparator())));
        }
        return ((SettingsLoader.Loaded.Ok) loaded).settings();
    }

    private static URI url(Settings.Address address) {
        String host = address.host();
        if (host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]")) {
            host = "127.0.0.1";
        }
        return URI.create("http://" + (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":"
                + address.port());
    }
}
