package dev.larder.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The alerts in {@code docker/prometheus}: each has a case in which it fires and one in which it does not. */
@NullUnmarked
class AlertsTest {

    private static final Path FOLDER = Path.of("..", "docker", "prometheus");
    private static final String PROMTOOL =
            Optional.ofNullable(System.getenv("PROMTOOL")).orElse("/usr/bin/promtool");

    private static Map<String, Object> read(String file) throws Exception {
        return new Yaml().load(Files.readString(FOLDER.resolve(file)));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> all(Map<String, Object> of, String name) {
        return (List<Map<String, Object>>) of.getOrDefault(name, List.of());
    }

    @Test
    void eachHasACaseInWhichItFiresAndOneInWhichItDoesNot() throws Exception {
        Set<String> alerts = new TreeSet<>();
        for (Map<String, Object> group : all(read("alerts.yaml"), "groups")) {
            for (Map<String, Object> rule : all(group, "rules")) {
                if (rule.containsKey("alert")) {
                    alerts.add((String) rule.get("alert"));
                }
            }
        }
        Set<String> firing = new TreeSet<>();
        Set<String> quiet = new TreeSet<>();
        for (Map<String, Object> test : all(read("alerts.test.yaml"), "tests")) {
            for (Map<String, Object> expected : all(test, "alert_rule_test")) {
                (all(expected, "exp_alerts").isEmpty() ? quiet : firing).add((String) expected.get("alertname"));
            }
        }
        assertTrue(alerts.size() > 10, alerts::toString);
        assertEquals(alerts, firing);
        assertEquals(alerts, quiet);
    }

    /** With the program that the environment names in {@code PROMTOOL}, or the one that is installed. */
    @Test
    void promtoolAgrees() throws Exception {
        assumeTrue(Files.isExecutable(Path.of(PROMTOOL)), "there is no promtool");
        Process promtool = new ProcessBuilder(PROMTOOL, "test", "rules", "alerts.test.yaml")
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(promtool.waitFor(60, TimeUnit.SECONDS), said);
        assertEquals(0, promtool.exitValue(), said);
    }
}
