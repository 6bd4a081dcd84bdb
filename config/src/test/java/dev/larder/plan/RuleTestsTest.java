package dev.larder.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuleTestsTest {

    @Test
    void everyTestOfTheCourseRulesHolds() {
        assertAllHold(Books.course(), 11);
    }

    @Test
    void everyTestOfTheGenericRulesHolds() throws IOException {
        assertAllHold(Books.of(Files.readString(Path.of("examples/generic.rules.yaml"))), 2);
    }

    private static void assertAllHold(Rulebook book, int tests) {
        List<RuleTests.Result> results = RuleTests.run(book);
        assertEquals(tests, results.size());
        assertEquals(
                List.of(),
                results.stream()
                        .filter(result -> !result.holds())
                        .map(String::valueOf)
                        .toList());
    }
}
