package dev.larder.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class RuleTestsTest {

    @Test
    void everyTestOfTheCourseRulesHolds() {
        List<RuleTests.Result> results = RuleTests.run(Books.course());
        assertEquals(11, results.size());
        assertEquals(
                List.of(),
                results.stream()
                        .filter(result -> !result.holds())
                        .map(String::valueOf)
                        .toList());
    }
}
