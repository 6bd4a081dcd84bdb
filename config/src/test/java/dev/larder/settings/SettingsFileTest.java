package dev.larder.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Holds the file that users begin with to the table. Run with {@code -Dgolden.write=true} to write it anew. */
class SettingsFileTest {

    private static final Path FILE = Path.of("larder.yaml");

    @Test
    void itNamesEverySettingWithItsDefaultAndItsMeaning() throws IOException {
        String expected = render();
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(FILE, expected);
        }
        assertEquals(expected, Files.readString(FILE));
    }

    @Test
    void withoutItsHashesItSaysWhatIsBuiltIn() throws IOException {
        String uncommented = Files.readString(FILE).replaceAll("(?m)^#( *[a-z-]+:)", "$1");
        SettingsLoader loader = new SettingsLoader();
        assertEquals(
                loader.load("larder.yaml", "", Map.of(), Map.of()),
                loader.load("larder.yaml", uncommented, Map.of(), Map.of()));
    }

    private static String render() {
        StringBuilder text = new StringBuilder("""
                # How this sidecar runs. Everything is commented out and shows its default: remove a # to change it.
                # Each setting is an environment variable as well (timeouts.response-head is LARDER_TIMEOUTS_RESPONSE_HEAD) and a
                # flag (--timeouts-response-head); a flag wins over the environment, and that over this file.
                # Durations: 500ms, 30s, 5m, 1h30m, PT5M, or a number of seconds. Sizes: 64KiB, 1MB, or a number of bytes.

                """);
        String group = "";
        for (SettingsLoader.Description each : SettingsLoader.descriptions()) {
            int dot = each.path().indexOf('.');
            String own = dot < 0 ? "" : each.path().substring(0, dot);
            if (!own.equals(group)) {
                text.append('\n').append(own.isEmpty() ? "" : "#" + own + ":\n");
            }
            group = own;
            String indent = own.isEmpty() ? "" : "  ";
            String value =
                    List.of("trusted-proxies", "authorities", "admin-origins").contains(each.path())
                            ? "[]"
                            : quoted(each.defaultText());
            String line = "#" + indent + each.path().substring(dot + 1) + ": " + value;
            text.append(String.format("%-40s # %s%n", line, each.meaning()));
        }
        return text.toString();
    }

    private static String quoted(String text) {
        return text.isEmpty() || text.endsWith(":") ? '"' + text + '"' : text;
    }
}
