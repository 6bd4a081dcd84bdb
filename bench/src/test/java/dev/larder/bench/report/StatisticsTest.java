package dev.larder.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatisticsTest {
    @ParameterizedTest
    @CsvSource({
        "7, 7, 0",
        "3 1 2, 2, 1",
        "4 1 3 2, 2.5, 1.2",
        "10 10 10 10 1000, 10, 99",
        "-1 1, 0, 0",
    })
    void medianIsInTheMiddleAndSpreadIsInPartsOfIt(String values, double median, double spread) {
        List<Double> read =
                Arrays.stream(values.split(" ", -1)).map(Double::valueOf).toList();
        assertEquals(median, Statistics.median(read), 1e-9);
        assertEquals(spread, Statistics.spread(read), 1e-9);
    }

    @Test
    void nothingHasNoMedian() {
        assertThrows(IllegalArgumentException.class, () -> Statistics.median(List.of()));
    }
}
