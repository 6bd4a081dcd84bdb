package dev.larder.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.larder.key.BypassReason;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RulesLoaderTest {

    private static final Set<String> TOKENS =
            Arrays.stream(BypassReason.values()).map(BypassReason::token).collect(Collectors.toSet());

    @Test
    void theRepositorysOwnRulesAreLoadedWhole() {
        RulesLoader.Loaded loaded = new RulesLoader(TOKENS).load(Path.of("../rules.yaml"));
        Rules rules = assertInstanceOf(RulesLoader.Loaded.Ok.class, loaded, loaded::toString)
                .rules();
        assertEquals(10, rules.routes().size());
        assertEquals(7, rules.purges().size());
        assertEquals(11, rules.tests().size());
    }

    @Test
    void aFileThatIsNotThereIsAProblemLikeOthers() {
        RulesLoader.Loaded loaded = new RulesLoader(TOKENS).load(Path.of("nowhere.yaml"));
        assertEquals(
                List.of("nowhere.yaml:1:1: there is no such file; expected a rules file"),
                assertInstanceOf(RulesLoader.Loaded.Refused.class, loaded).problems().stream()
                        .map(Problem::toString)
                        .toList());
    }
}
