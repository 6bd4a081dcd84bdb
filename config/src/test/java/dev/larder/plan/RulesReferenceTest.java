package dev.larder.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.key.BypassReason;
import dev.larder.rules.Problem;
import dev.larder.rules.RulesLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds what the documents show to what the code does: every whole rules file in them is one. */
@NullUnmarked
class RulesReferenceTest {

    private static final Path REFERENCE = Path.of("rules.md");
    private static final Path README = Path.of("../README.md");
    /** A fenced block, as far to the right as the list that it stands in. */
    private static final Pattern BLOCK = Pattern.compile("(?ms)^( *)```yaml\\n(.*?)^ *```$");

    private static final Set<String> TOKENS =
            Arrays.stream(BypassReason.values()).map(BypassReason::token).collect(Collectors.toSet());

    @ParameterizedTest
    @MethodSource("examples")
    void exampleLoadsAndItsTestsHold(String yaml) {
        Rulebook rulebook = compiled(yaml);
        List<RuleTests.Result> failed = RuleTests.run(rulebook).stream()
                .filter(result -> !result.holds())
                .toList();
        assertEquals(List.of(), failed);
    }

    /** The readme shows one file in pieces, one after the other. */
    @Test
    void piecesOfTheReadmeMakeAFile() throws IOException {
        String readme = Files.readString(README);
        String pieces = readme.substring(readme.indexOf("## The rules by example"), readme.indexOf("## Stores"));
        List<String> blocks = blocks(pieces);
        String routes =
                blocks.stream().filter(block -> block.startsWith("  - ")).collect(Collectors.joining());
        String others = blocks.stream()
                .filter(block -> !block.startsWith("  - ") && !block.startsWith("identity:"))
                .collect(Collectors.joining());
        String first =
                blocks.stream().filter(block -> block.startsWith("identity:")).collect(Collectors.joining());
        Rulebook rulebook = compiled("version: 1\n" + first + routes + others);
        assertTrue(rulebook.routes().size() >= 3, "routes of the readme");
        RuleTests.run(rulebook).forEach(result -> assertEquals(List.of(), result.differences()));
    }

    @ParameterizedTest
    @EnumSource
    void referenceHasEveryReason(BypassReason reason) throws IOException {
        String reference = Files.readString(REFERENCE);
        assertTrue(reference.contains("`" + reason.token() + "`"), reason.token());
    }

    static Stream<Named<String>> examples() throws IOException {
        List<Named<String>> examples = new ArrayList<>();
        for (Path document : List.of(REFERENCE, README)) {
            List<String> whole = blocks(Files.readString(document)).stream()
                    .filter(block -> block.startsWith("version: 1"))
                    .toList();
            assertTrue(!whole.isEmpty(), () -> document + " shows no whole rules file");
            whole.forEach(block -> examples.add(Named.of(document.getFileName() + " " + examples.size(), block)));
        }
        return examples.stream();
    }

    private static List<String> blocks(String document) {
        return BLOCK.matcher(document)
                .results()
                .map(RulesReferenceTest::unindented)
                .toList();
    }

    private static String unindented(MatchResult block) {
        return block.group(2).replaceAll("(?m)^" + block.group(1), "");
    }

    private static Rulebook compiled(String yaml) {
        RulesLoader.Loaded loaded = new RulesLoader(TOKENS).load("example", Path.of("."), yaml);
        if (loaded instanceof RulesLoader.Loaded.Refused refused) {
            throw new AssertionError(lines(refused.problems()));
        }
        Rulebook.Compiled compiled = Rulebook.compile(((RulesLoader.Loaded.Ok) loaded).rules());
        if (compiled instanceof Rulebook.Compiled.Ok ok) {
            return ok.rulebook();
        }
        throw new AssertionError(lines(((Rulebook.Compiled.Refused) compiled).problems()));
    }

    private static String lines(List<Problem> problems) {
        return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
    }
}
