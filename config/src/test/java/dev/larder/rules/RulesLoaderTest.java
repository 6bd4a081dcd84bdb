package dev.larder.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.key.BypassReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesLoaderTest {

    private static final Set<String> TOKENS =
            Arrays.stream(BypassReason.values()).map(BypassReason::token).collect(Collectors.toSet());
    private static final RulesLoader LOADER = new RulesLoader(TOKENS);
    private static final Path OWN_RULES = Path.of("../rules.yaml");

    @Test
    void theRepositorysOwnRulesAreLoadedWhole() {
        RulesLoader.Loaded loaded = LOADER.load(OWN_RULES);
        Rules rules = assertInstanceOf(RulesLoader.Loaded.Ok.class, loaded, loaded::toString)
                .rules();
        assertEquals(10, rules.routes().size());
        assertEquals(7, rules.purges().size());
        assertEquals(11, rules.tests().size());
    }

    @Test
    void aFileThatIsNotThereIsAProblemLikeOthers() {
        assertEquals(
                List.of("nowhere.yaml: there is no such file; expected a rules file"),
                problems(LOADER.load(Path.of("nowhere.yaml"))));
    }

    @Test
    void aFileThatIsNoTextIsAProblemLikeOthers(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("rules.yaml");
        Files.write(file, new byte[] {'v', (byte) 0xff, 1});
        assertEquals(List.of(file + ": the file is not UTF-8; expected a text file"), problems(LOADER.load(file)));
    }

    @Test
    void aJwkSetIsFoundBesideTheRules(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("rules.yaml");
        Files.writeString(file, """
                version: 1
                identity:
                  token: { credential: { header: Authorization }, jwt: { algorithms: RS256, jwks: keys.json } }
                routes: [{ name: a, get: /a, access: public }]
                """);
        assertEquals(
                List.of(file + ":3:83: token.jwt.jwks is \"keys.json\";"
                        + " expected a file that can be read, relative to the rules file"),
                problems(LOADER.load(file)));
        Files.writeString(directory.resolve("keys.json"), "{\"keys\":[]}");
        assertInstanceOf(RulesLoader.Loaded.Ok.class, LOADER.load(file));
    }

    @Test
    void marksAndLineEndsOfOtherSystemsMeanNothing() throws IOException {
        String text = Files.readString(OWN_RULES);
        Path here = Path.of(".");
        RulesLoader.Loaded plain = LOADER.load("rules.yaml", here, text);
        assertEquals(plain, LOADER.load("rules.yaml", here, text.replace("\n", "\r\n")));
        assertEquals(plain, LOADER.load("rules.yaml", here, "\uFEFF" + text));
    }

    @Test
    void lengthAndDepthAreBounded() {
        String tooLong = "# " + "x".repeat(2_000_000);
        assertEquals(
                List.of("r: the file has 2000002 characters; expected 1048576 at most"),
                problems(LOADER.load("r", Path.of("."), tooLong)));
        String deep = "version: " + "[".repeat(2000) + "]".repeat(2000);
        assertEquals(
                List.of("r: values are nested more than 40 deep; expected a flatter file"),
                problems(LOADER.load("r", Path.of("."), deep)));
    }

    @Test
    void aSecretIsInNoMessage() {
        String text = """
                version: 1
                identity:
                  token: { credential: { header: Authorization }, jwt: { algorithms: [HS256, none], secret: hidden } }
                routes: [{ name: a, get: /a, access: public }]
                """;
        RulesLoader.Loaded loaded = LOADER.load("r", Path.of("."), text);
        assertFalse(problems(loaded).isEmpty());
        assertFalse(loaded.toString().contains("hidden"), loaded.toString());
    }

    /** Whatever a hand slips on: a file is loaded or refused with problems, never a stack trace, and never slowly. */
    @Test
    void everySlipIsARulesFileOrAProblem() throws IOException {
        String text = Files.readString(OWN_RULES);
        String full = Files.readString(Path.of("src/test/resources/rules/valid/every-field.yaml"));
        String slips = "{}[]:*&!|>'\"%@`,?-#\n\t ~<=0aé\u0000\uD83D";
        Random random = new Random(42);
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int round = 0; round < 600; round++) {
                StringBuilder slipped = new StringBuilder(round % 2 == 0 ? text : full);
                for (int slip = 0; slip <= round % 3; slip++) {
                    int at = random.nextInt(slipped.length());
                    switch (random.nextInt(3)) {
                        case 0 -> slipped.insert(at, slips.charAt(random.nextInt(slips.length())));
                        case 1 -> slipped.deleteCharAt(at);
                        default -> slipped.delete(at, Math.min(slipped.length(), at + random.nextInt(200)));
                    }
                }
                RulesLoader.Loaded loaded = LOADER.load("r", Path.of("."), slipped.toString());
                if (loaded instanceof RulesLoader.Loaded.Refused refused) {
                    assertFalse(refused.problems().isEmpty(), slipped.toString());
                    long lines = slipped.chars().filter(c -> c == '\n').count() + 2;
                    refused.problems()
                            .forEach(problem -> assertTrue(problem.at().line() <= lines, problem.toString()));
                }
            }
        });
    }

    private static List<String> problems(RulesLoader.Loaded loaded) {
        return assertInstanceOf(RulesLoader.Loaded.Refused.class, loaded).problems().stream()
                .map(Problem::toString)
                .toList();
    }
}
