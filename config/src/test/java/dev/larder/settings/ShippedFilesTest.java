package dev.larder.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.plan.Rulebook;
import dev.larder.rules.RulesLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What docker/ ships is what it says: it can be read, sets settings that there are, and runs as nobody. */
@NullUnmarked
class ShippedFilesTest {

    private static final Path DOCKER = Path.of("../docker");

    static List<Path> yamlFiles() throws IOException {
        try (Stream<Path> files = Files.walk(DOCKER)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Map<String, Object>> documents(Path file) throws IOException {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        List<Map<String, Object>> documents = new ArrayList<>();
        StreamSupport.stream(yaml.loadAll(Files.readString(file)).spliterator(), false)
                .forEach(document -> documents.add(map(document)));
        return documents;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) assertInstanceOf(Map.class, value);
    }

    private static List<Map<String, Object>> list(Object value) {
        return assertInstanceOf(List.class, value).stream()
                .map(ShippedFilesTest::map)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("yamlFiles")
    void everyYamlFileCanBeRead(Path file) throws IOException {
        assertFalse(documents(file).isEmpty(), file.toString());
    }

    /** All problems of these variables, as larder would name them at its start. */
    private static void assertSettings(Map<String, String> environment) {
        SettingsLoader.Loaded loaded =
                new SettingsLoader(Set.of("LARDER_JAVA_OPTS")).load("", "", environment, Map.of());
        assertInstanceOf(SettingsLoader.Loaded.Ok.class, loaded, () -> loaded.toString());
    }

    @Test
    void theImageSetsSettingsThatThereAreAndRunsAsNobody() throws IOException {
        List<String> lines = Files.readAllLines(DOCKER.resolve("Dockerfile"));
        Map<String, String> environment = new HashMap<>();
        String stage = "";
        Map<String, String> users = new HashMap<>();
        for (String line : lines) {
            if (line.startsWith("FROM ")) {
                stage = line.substring(line.lastIndexOf(' ') + 1);
            } else if (line.startsWith("USER ")) {
                users.put(stage, line.substring(5));
            }
            var variable = Pattern.compile("(LARDER_[A-Z_]+)=(\"[^\"]*\"|\\S+)").matcher(line);
            while (variable.find()) {
                environment.put(variable.group(1), variable.group(2));
            }
        }
        assertTrue(environment.containsKey("LARDER_LISTEN"), environment.toString());
        assertSettings(environment);
        assertEquals(Map.of("larder", "10001:10001", "bench", "10001:10001"), users);
        assertEquals("larder", stage, "what docker build makes without --target");
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("HEALTHCHECK ") && line.contains("health.sh")));
        assertTrue(Files.isExecutable(DOCKER.resolve("health.sh")));
        assertTrue(Files.isExecutable(DOCKER.resolve("layout.sh")));
    }

    @Test
    void theStageSetsSettingsThatThereAreAndMountsFilesThatThereAre() throws IOException {
        Map<String, Object> stage = documents(DOCKER.resolve("compose.yaml")).get(0);
        Map<String, Object> services = map(stage.get("services"));
        assertEquals(Set.of("postgres", "backend", "redis", "larder", "prometheus", "grafana"), services.keySet());
        Map<String, Object> larder = map(services.get("larder"));
        assertSettings(map(larder.get("environment")).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().toString())));
        assertEquals(true, larder.get("read_only"));
        for (Object service : services.values()) {
            for (Object volume : (List<?>) map(service).getOrDefault("volumes", List.of())) {
                String from = volume.toString().split(":")[0];
                assertTrue(map(stage.get("volumes")).containsKey(from) || Files.exists(DOCKER.resolve(from)), from);
            }
        }
    }

    @Test
    void theSidecarOfAPodIsLockedDownAndItsRulesHold() throws IOException {
        List<Map<String, Object>> all = documents(DOCKER.resolve("kubernetes/sidecar.yaml"));
        Map<String, Map<String, Object>> kinds =
                all.stream().collect(Collectors.toMap(each -> each.get("kind").toString(), each -> each));
        String rules = map(kinds.get("ConfigMap").get("data")).get("rules.yaml").toString();
        RulesLoader.Loaded loaded = new RulesLoader(Set.of()).load("rules.yaml", Path.of("."), rules);
        assertInstanceOf(RulesLoader.Loaded.Ok.class, loaded, () -> loaded.toString());
        assertInstanceOf(Rulebook.Compiled.Ok.class, Rulebook.compile(((RulesLoader.Loaded.Ok) loaded).rules()));

        Map<String, Object> pod = map(
                map(map(kinds.get("Deployment").get("spec")).get("template")).get("spec"));
        assertEquals(true, map(pod.get("securityContext")).get("runAsNonRoot"));
        Map<String, Object> larder = list(pod.get("initContainers")).get(0);
        Map<String, Object> security = map(larder.get("securityContext"));
        assertEquals(true, security.get("readOnlyRootFilesystem"));
        assertEquals(false, security.get("allowPrivilegeEscalation"));

        Map<String, String> environment = new HashMap<>();
        for (Map<String, Object> variable : list(larder.get("env"))) {
            String name = variable.get("name").toString();
            String secret = name.equals("LARDER_STORE_URL") ? "redis://a" : "0123456789abcdef";
            environment.put(name, variable.getOrDefault("value", secret).toString());
        }
        assertSettings(environment);

        Set<String> ports = list(larder.get("ports")).stream()
                .map(port -> port.get("name").toString())
                .collect(Collectors.toSet());
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            String port = map(map(larder.get(probe)).get("httpGet")).get("port").toString();
            assertTrue(ports.contains(port), probe + " asks " + port + " of " + ports);
        }
        Set<String> volumes = list(pod.get("volumes")).stream()
                .map(volume -> volume.get("name").toString())
                .collect(Collectors.toSet());
        for (Map<String, Object> mount : list(larder.get("volumeMounts"))) {
            assertTrue(volumes.contains(mount.get("name").toString()), mount.toString());
        }
        assertTrue(
                (int) pod.get("terminationGracePeriodSeconds") > 8 + 20,
                "longer than preStop and the drain of this sidecar");
    }
}
