package dev.larder.settings;

import dev.larder.rules.Nearest;
import dev.larder.rules.Position;
import dev.larder.rules.Problem;
import dev.larder.rules.Problems;
import dev.larder.rules.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads {@link Settings}: what is built in, then a file, then the environment, then flags; the later ones win. Unknown
 * names are refused, and all problems are found at once. No message shows a secret. Immutable, thread-safe.
 */
public final class SettingsLoader {

    /** What loading came to. */
    public sealed interface Loaded {

        /**
         * It can be used.
         *
         * @param byPath the value of each setting by its path, as it was read; may hold secrets, never logged
         */
        record Ok(Settings settings, Map<String, Object> byPath) implements Loaded {

            /** The settings that have another value in {@code other}, by path, in the order in which they are documented. */
            public List<String> differing(Ok other) {
                return byPath.keySet().stream()
                        .filter(path -> !Objects.equals(byPath.get(path), other.byPath.get(path)))
                        .toList();
            }

            /** Without the values. */
            @Override
            public String toString() {
                return "Ok[" + settings + "]";
            }
        }

        /** It cannot: all problems, never empty. */
        record Refused(List<Problem> problems) implements Loaded {}
    }

    /**
     * One setting, for {@code --help} and the documentation.
     *
     * @param path its name in a file, parts joined by dots
     * @param environment its environment variable
     * @param flag its flag, with two hyphens
     * @param defaultText its default as it would be written; empty where there is none
     * @param meaning in one line
     */
    public record Description(String path, String environment, String flag, String defaultText, String meaning) {}

    private static final Path USUAL_FILE = Path.of("config/larder.yaml");
    private static final Set<String> SCRIPT_VARIABLES = Set.of("LARDER_JAVA_OPTS", "LARDER_HOME");
    private static final String PREFIX = "LARDER_";
    private static final String ENVIRONMENT = "environment";
    private static final String COMMAND_LINE = "command line";

    private final Set<String> otherVariables;

    /** A loader for which every variable {@code LARDER_…} is a setting. */
    public SettingsLoader() {
        this(Set.of());
    }

    /**
     * A loader.
     *
     * @param otherVariables environment variables {@code LARDER_…} that somebody else reads
     */
    public SettingsLoader(Set<String> otherVariables) {
        this.otherVariables = Set.copyOf(otherVariables);
    }

    /** A loader for a process that the start script begins: some variables {@code LARDER_…} are for the script. */
    public static SettingsLoader underScript() {
        return new SettingsLoader(SCRIPT_VARIABLES);
    }

    /** The settings file: the one that was named, or else {@code config/larder.yaml} where it is there. */
    public static Optional<Path> file(Optional<Path> named) {
        return named.isPresent() ? named : Optional.of(USUAL_FILE).filter(Files::exists);
    }

    /** All settings in the order in which they are documented. */
    public static List<Description> descriptions() {
        return SettingsTable.all().stream()
                .map(setting -> new Description(
                        setting.path(),
                        setting.environment(),
                        setting.flag(),
                        setting.defaultText(),
                        setting.meaning()))
                .toList();
    }

    /**
     * Loads settings; blocks on the disk.
     *
     * @param file a settings file, which then must be there
     * @param environment variables by name; empty ones count as not set
     * @param flags texts by path, e.g. {@code timeouts.store} to {@code 20ms}
     */
    public Loaded load(Optional<Path> file, Map<String, String> environment, Map<String, String> flags) {
        String name = file.map(Path::toString).orElse("");
        String text = "";
        if (file.isPresent()) {
            try {
                text = Files.readString(file.get());
            } catch (IOException unreadable) {
                String why = Files.exists(file.get()) ? "the file cannot be read" : "there is no such file";
                return new Loaded.Refused(
                        List.of(new Problem(name, Position.NOWHERE, why, "a settings file", Optional.empty())));
            }
        }
        return load(name, text, environment, flags);
    }

    /**
     * Loads settings.
     *
     * @param file the file's name, for messages
     * @param text what it holds, possibly nothing
     */
    public Loaded load(String file, String text, Map<String, String> environment, Map<String, String> flags) {
        SettingsValues values = new SettingsValues();
        Problems inFile = new Problems(file);
        YamlReader.read(text, inFile)
                .ifPresent(root -> new SettingsFile(inFile)
                        .read(root)
                        .forEach((setting, located) ->
                                values.accept(setting, setting.path(), located.value(), located.at(), inFile)));
        Problems inEnvironment = new Problems(ENVIRONMENT);
        fromEnvironment(environment, values, inEnvironment);
        Problems inFlags = new Problems(COMMAND_LINE);
        fromFlags(flags, values, inFlags);
        if (!values.isGiven(SettingsTable.STORE_URL)) {
            HostedRedis.url(environment, inEnvironment)
                    .ifPresent(url -> values.accept(
                            SettingsTable.STORE_URL, HostedRedis.URL, url, Position.NOWHERE, inEnvironment));
        }
        List<Problem> problems = new ArrayList<>();
        List.of(inFile, inEnvironment, inFlags).forEach(found -> problems.addAll(found.sorted()));
        if (problems.isEmpty()) {
            problems.addAll(clashes(values, file));
        }
        return problems.isEmpty()
                ? new Loaded.Ok(values.settings(), values.byPath())
                : new Loaded.Refused(List.copyOf(problems));
    }

    private void fromEnvironment(Map<String, String> environment, SettingsValues values, Problems problems) {
        Map<String, Setting<?>> byVariable = new LinkedHashMap<>();
        SettingsTable.all().forEach(setting -> byVariable.put(setting.environment(), setting));
        SettingsTable.ALIASES.forEach((alias, path) ->
                byVariable.put(variable(alias), SettingsTable.byPath(path).orElseThrow()));
        new TreeMap<>(environment).forEach((variable, text) -> {
            if (!variable.startsWith(PREFIX) || otherVariables.contains(variable) || text.isEmpty()) {
                return;
            }
            Setting<?> setting = byVariable.get(variable);
            if (setting != null) {
                values.accept(setting, variable, text, Position.NOWHERE, problems);
                return;
            }
            problems.add(
                    Position.NOWHERE,
                    "there is no setting for the variable " + variable,
                    "a variable that --help names",
                    Nearest.of(variable, byVariable.keySet()));
        });
    }

    private static String variable(String path) {
        return PREFIX + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static void fromFlags(Map<String, String> flags, SettingsValues values, Problems problems) {
        new TreeMap<>(flags).forEach((path, text) -> {
            Optional<Setting<?>> setting = SettingsTable.byPath(SettingsTable.ALIASES.getOrDefault(path, path));
            if (setting.isPresent()) {
                String flag = setting.get().path().equals(path) ? setting.get().flag() : "--" + path;
                values.accept(setting.get(), flag, text, Position.NOWHERE, problems);
            } else {
                List<String> paths =
                        SettingsTable.all().stream().map(Setting::path).toList();
                problems.add(
                        Position.NOWHERE,
                        "there is no setting for the flag --" + path.replace('.', '-'),
                        "a flag that --help names",
                        Nearest.of(path, paths).map(near -> "--" + near.replace('.', '-')));
            }
        });
    }

    /** What is wrong only in combination. */
    private static List<Problem> clashes(SettingsValues values, String file) {
        Settings settings = values.settings();
        String where = file.isEmpty() ? "settings" : file;
        List<Problem> clashes = new ArrayList<>();
        if (settings.listen().port() == settings.admin().port()
                && settings.listen().port() != 0
                && settings.listen().equals(settings.admin())) {
            clashes.add(new Problem(
                    where,
                    Position.NOWHERE,
                    "listen and admin are both " + settings.listen(),
                    "two addresses",
                    Optional.empty()));
        }
        if (settings.encrypt() && settings.secret().isEmpty()) {
            clashes.add(new Problem(
                    where,
                    Position.NOWHERE,
                    "encrypt is true, and there is no secret to encrypt with",
                    "a secret as well, e.g. what openssl rand -base64 32 prints in LARDER_SECRET",
                    Optional.empty()));
        }
        return clashes;
    }
}
