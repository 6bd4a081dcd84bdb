package dev.larder.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.larder.plan.Rulebook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rules files beside what comes of them: {@code valid/NAME.yaml} beside a dump of every value, {@code
 * invalid/NAME.yaml} beside its exact list of problems. Run with {@code -Dgolden.write=true} to write what is there now,
 * and read the difference.
 */
@NullUnmarked
class GoldenFilesTest {

    private static final Path FILES = Path.of("src/test/resources/rules");
    private static final boolean WRITE = Boolean.getBoolean("golden.write");
    /** Fixed here, so that a further reason changes no file. */
    private static final Set<String> TOKENS = Set.of("access", "key-bounds", "key-type", "unnamed-query-parameter");

    @ParameterizedTest
    @MethodSource("valid")
    void whatIsValidIsLoadedAsItsDumpSays(Path file) throws IOException {
        RulesLoader.Loaded loaded = load(file);
        if (loaded instanceof RulesLoader.Loaded.Ok ok) {
            assertEquals(List.of(), compile(ok.rules()));
            compare(file, ".dump", RulesDump.of(ok.rules()));
        } else {
            fail(loaded.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void whatIsInvalidIsRefusedWithAllItsProblems(Path file) throws IOException {
        RulesLoader.Loaded loaded = load(file);
        List<Problem> problems = loaded instanceof RulesLoader.Loaded.Refused refused
                ? refused.problems()
                : compile(((RulesLoader.Loaded.Ok) loaded).rules());
        assertFalse(problems.isEmpty());
        compare(
                file,
                ".problems",
                problems.stream().map(problem -> problem + "\n").collect(Collectors.joining()));
    }

    @Test
    void manyFilesAreBrokenInTheirOwnWays() throws IOException {
        assertTrue(invalid().count() >= 30);
    }

    @Test
    void nothingLiesAroundWithoutAFileItBelongsTo() throws IOException {
        try (Stream<Path> files = Files.walk(FILES)) {
            files.map(Path::toString)
                    .filter(name -> name.endsWith(".problems") || name.endsWith(".dump"))
                    .forEach(name -> assertTrue(Files.exists(Path.of(name.replaceFirst("\\.[a-z]+$", ".yaml"))), name));
        }
    }

    static Stream<Path> valid() throws IOException {
        return files("valid");
    }

    static Stream<Path> invalid() throws IOException {
        return files("invalid");
    }

    private static Stream<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(FILES.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    private static RulesLoader.Loaded load(Path file) throws IOException {
        return new RulesLoader(TOKENS).load(file.getFileName().toString(), file.getParent(), Files.readString(file));
    }

    /** Shadowed templates, globs that match nothing, templates that cannot be read. */
    private static List<Problem> compile(Rules rules) {
        Rulebook.Compiled compiled = Rulebook.compile(rules);
        return compiled instanceof Rulebook.Compiled.Refused refused ? refused.problems() : List.of();
    }

    private static void compare(Path file, String extension, String actual) throws IOException {
        Path golden = Path.of(file.toString().replaceFirst("\\.yaml$", extension));
        if (WRITE) {
            Files.writeString(golden, actual);
        }
        assertEquals(Files.readString(golden), actual);
    }
}
