package dev.larder.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the settings reference to the table: each setting once, in the same order, with its default and its meaning. */
class SettingsReferenceTest {

    /** A setting of a group, as pages write it; not the name of a package. */
    private static final Pattern NAMED = Pattern.compile("`((?:store|timeouts|bounds)\\.[a-z-]+)[`:]");

    @Test
    void theReferenceHasEverySettingWithItsDefaultAndItsMeaning() throws IOException {
        List<String> documented = Files.readAllLines(Path.of("../docs/settings.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        List<String> expected = SettingsLoader.descriptions().stream()
                .map(SettingsReferenceTest::row)
                .toList();
        assertEquals(String.join("\n", expected), String.join("\n", documented));
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/troubleshooting.md", "docs/tuning.md", "docker/README.md", "README.md"})
    void whatOtherPagesNameIsASetting(String page) throws IOException {
        Set<String> named = NAMED.matcher(Files.readString(Path.of("..", page)))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        Set<String> known = SettingsLoader.descriptions().stream()
                .map(SettingsLoader.Description::path)
                .collect(Collectors.toSet());
        assertFalse(named.isEmpty(), page);
        named.removeAll(known);
        assertEquals(Set.of(), named);
    }

    private static String row(SettingsLoader.Description of) {
        String standard = of.defaultText().isEmpty() ? "none" : "`" + of.defaultText() + "`";
        return "| `" + of.path() + "` | " + standard + " | " + of.meaning() + " |";
    }
}
