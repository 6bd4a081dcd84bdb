package dev.larder.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.larder.cli.Launch;
import dev.larder.rig.NpmFolder;
import dev.larder.rig.ScriptedOrigin;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The live page in Chromium, walked through by {@code proxy/src/test/page/page.mjs}. Where Chromium, Node or the registry is
 * missing it is skipped and says so. {@code CHROMIUM} in the environment names another browser.
 */
@NullUnmarked
class LivePageTest {

    private static final Path SCRIPTS = Path.of("src/test/page").toAbsolutePath();
    private static final Duration WALKING = Duration.ofMinutes(9);
    private static final String TOKEN = "a token of sixteen and more";

    private static final String RULES = """
            version: 1
            identity:
              session: { credential: { cookie: sid }, opaque: true }
            routes:
              - { name: item, get: "/item/{id}", access: public, ttl: 5m }
              - { name: soon, get: "/soon/{id}", access: public, ttl: 1s }
              - { name: hello, get: "/hello/{id}", access: public, ttl: 5m }
              - { name: mine, get: "/mine/{id}", access: public, key: { id: path.id, who: identity.id }, ttl: 5m }
            purges:
              - { name: item-changed, when: "PUT /item/{id}", purge: ["item:id:{id}"] }
            """;

    @TempDir
    private Path folder;

    /** What the walk says of one of its tests. */
    private record Line(String kind, String name, String text) {}

    @TestFactory
    Stream<DynamicTest> anOperatorFindsWhatTheyLookFor() throws Exception {
        Path browser = browser();
        Path npm;
        try {
            npm = NpmFolder.install("page", SCRIPTS.resolve("package.json"));
        } catch (NpmFolder.Missing missing) {
            return skipped(missing.getMessage());
        }
        if (!Files.isExecutable(browser)) {
            return skipped("there is no " + browser + "; install Chromium (Debian: chromium), or name it in CHROMIUM");
        }
        List<Line> lines = walk(npm, browser);
        for (Line line : lines) {
            if (line.kind().equals("unavailable")) {
                return skipped(browser + " does not start here: " + line.text());
            }
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (Line line : lines) {
            tests.add(DynamicTest.dynamicTest(line.name(), () -> assertEquals("pass", line.kind(), line.text())));
        }
        tests.add(DynamicTest.dynamicTest(
                "theWalkWentToItsEnd",
                () -> assertTrue(
                        lines.size() > 1
                                && lines.get(lines.size() - 1).name().equals("nothingWentWrongAndNobodyElseWasAsked"),
                        () -> lines + "; see " + npm.resolve("walk.log"))));
        return tests.stream();
    }

    private static Path browser() {
        String named = System.getenv("CHROMIUM");
        return Path.of(named == null || named.isEmpty() ? "/usr/bin/chromium" : named);
    }

    private static Stream<DynamicTest> skipped(String why) {
        return Stream.of(DynamicTest.dynamicTest("skipped", () -> abort("The live page was not looked at: " + why)));
    }

    private static boolean answer(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange) throws Exception {
        if (request.target().startsWith("/hello/")) {
            exchange.respond(200, "hello " + request.fields().getOrDefault("cookie", "nobody"));
            return true;
        }
        exchange.respond(
                200,
                request.method().equals("PUT") ? "" : "<script>window.hacked=1</script>" + request.target(),
                "X-Told: <b onclick=alert(1)>bold</b>");
        return true;
    }

    private List<Line> walk(Path npm, Path browser) throws Exception {
        Path rules = Files.writeString(folder.resolve("rules.yaml"), RULES);
        try (ScriptedOrigin origin = ScriptedOrigin.start(LivePageTest::answer);
                Launch open = launch(origin, rules, Map.of("admin", "127.0.0.1:0", "truth-sampling", "1"));
                Launch observing = launch(origin, rules, Map.of("admin", "127.0.0.1:0", "observe", "true"));
                Launch guarded = launch(origin, rules, Map.of("admin", "0.0.0.0:0", "admin-token", TOKEN))) {
            String facts = new ObjectMapper()
                    .writeValueAsString(Map.of(
                            "proxy", open.address(),
                            "admin", open.adminAddress(),
                            "guarded", "127.0.0.1" + guarded.adminAddress().replaceFirst(".*:", ":"),
                            "token", TOKEN,
                            "rules", rules.toString(),
                            "observing", Map.of("proxy", observing.address(), "admin", observing.adminAddress())));
            File said = npm.resolve("walk.tsv").toFile();
            Process process = new ProcessBuilder(
                            "node", SCRIPTS.resolve("page.mjs").toString(), npm.toString(), browser.toString(), facts)
                    .redirectOutput(said)
                    .redirectError(npm.resolve("walk.log").toFile())
                    .start();
            try {
                boolean ended = process.waitFor(WALKING.toSeconds(), TimeUnit.SECONDS);
                List<Line> lines = new ArrayList<>();
                for (String line : Files.readAllLines(said.toPath())) {
                    String[] cells = line.split("\t", -1);
                    lines.add(new Line(cells[0], cells[1], cells[2]));
                }
                if (!ended) {
                    lines.add(new Line("fail", "theWalkEnds", "not within " + WALKING));
                }
                return lines;
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    private static Launch launch(ScriptedOrigin origin, Path rules, Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("backend", "http://127.0.0.1:" + origin.port());
        settings.put("listen", "127.0.0.1:0");
        settings.put("rules", rules.toString());
        return Launch.start(settings, Map.of());
    }
}
