package dev.larder.settings;

import dev.larder.rules.Located;
import dev.larder.rules.Nearest;
import dev.larder.rules.Problems;
import dev.larder.rules.Quoted;
import dev.larder.rules.YamlNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A settings file: nested maps whose leaves are settings. Confined to the thread that loads. */
final class SettingsFile {

    private static final Set<String> LISTS =
            Set.of(SettingsTable.TRUSTED_PROXIES.path(), SettingsTable.ADMIN_ORIGINS.path());

    private final Map<Setting<?>, Located<String>> texts = new LinkedHashMap<>();
    private final Problems problems;

    SettingsFile(Problems problems) {
        this.problems = problems;
    }

    /** The texts of the settings that the file names; everything else in it is a problem. */
    Map<Setting<?>, Located<String>> read(YamlNode root) {
        if (root instanceof YamlNode.Mapping mapping) {
            mapping.entries().forEach(entry -> entry("", entry));
        } else {
            problems.add(root.at(), "the file " + root.described(), "settings such as listen: 127.0.0.1:8080");
        }
        return texts;
    }

    private void entry(String prefix, YamlNode.Entry entry) {
        String path = prefix + entry.key();
        boolean group = names(path + ".").size() > 0;
        boolean alias = SettingsTable.ALIASES.containsKey(path) && !(entry.value() instanceof YamlNode.Mapping);
        Optional<Setting<?>> setting =
                SettingsTable.byPath(alias ? SettingsTable.ALIASES.getOrDefault(path, path) : path);
        if (setting.isPresent()) {
            text(path, entry.value()).ifPresent(text -> texts.put(setting.get(), text));
        } else if (group) {
            group(path, entry.value());
        } else {
            unknown(prefix, entry);
        }
    }

    private void group(String path, YamlNode value) {
        if (value instanceof YamlNode.Mapping mapping) {
            mapping.entries().forEach(entry -> entry(path + ".", entry));
        } else if (!(value instanceof YamlNode.Scalar scalar && scalar.isEmpty())) {
            problems.add(
                    value.at(), path + " " + value.described(), "a map with " + String.join(", ", names(path + ".")));
        }
    }

    private void unknown(String prefix, YamlNode.Entry entry) {
        Set<String> known = names(prefix);
        // One that is known elsewhere is the best guess: a timeout written at the top, say.
        Optional<String> elsewhere = SettingsTable.all().stream()
                .map(Setting::path)
                .filter(path -> path.endsWith("." + entry.key())
                        || path.replace('.', '-').equals(entry.key()))
                .findFirst();
        problems.add(
                entry.at(),
                "unknown setting " + Quoted.text(prefix + entry.key()),
                "one of " + String.join(", ", known),
                Nearest.of(entry.key(), known).map(near -> prefix + near).or(() -> elsewhere));
    }

    /** Names that may follow a prefix: of settings, and of groups of them. */
    private static Set<String> names(String prefix) {
        Set<String> names = new LinkedHashSet<>();
        for (Setting<?> setting : SettingsTable.all()) {
            if (setting.path().startsWith(prefix)) {
                String rest = setting.path().substring(prefix.length());
                int dot = rest.indexOf('.');
                names.add(dot < 0 ? rest : rest.substring(0, dot));
            }
        }
        return names;
    }

    /** A scalar, or a list as it would be written in a variable: parted by commas. */
    private Optional<Located<String>> text(String path, YamlNode value) {
        if (value instanceof YamlNode.Scalar scalar && !scalar.isEmpty()) {
            return Optional.of(new Located<>(scalar.text(), scalar.at()));
        }
        if (value instanceof YamlNode.Sequence sequence) {
            boolean isList = LISTS.contains(path);
            boolean mayNest = path.equals(SettingsTable.AUTHORITIES.path());
            Optional<String> joined = isList || mayNest ? joined(sequence) : Optional.empty();
            if (joined.isEmpty() && mayNest) {
                joined = nested(sequence);
            }
            if (joined.isPresent()) {
                return Optional.of(new Located<>(joined.get(), value.at()));
            }
        }
        problems.add(
                value.at(),
                path + " " + value.described(),
                SettingsTable.byPath(SettingsTable.ALIASES.getOrDefault(path, path))
                        .map(Setting::meaning)
                        .orElse("a value"));
        return Optional.empty();
    }

    private static Optional<String> joined(YamlNode.Sequence list) {
        List<String> items = list.items().stream()
                .filter(YamlNode.Scalar.class::isInstance)
                .map(item -> ((YamlNode.Scalar) item).text())
                .toList();
        return items.size() == list.items().size() ? Optional.of(String.join(",", items)) : Optional.empty();
    }

    private static Optional<String> nested(YamlNode.Sequence lists) {
        List<String> groups = lists.items().stream()
                .filter(YamlNode.Sequence.class::isInstance)
                .flatMap(item -> joined((YamlNode.Sequence) item).stream())
                .toList();
        return groups.size() == lists.items().size() ? Optional.of(String.join(";", groups)) : Optional.empty();
    }
}
