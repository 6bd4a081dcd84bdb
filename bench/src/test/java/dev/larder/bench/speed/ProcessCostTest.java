package dev.larder.bench.speed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessCostTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "42 (nginx) S 1 42 42 0 -1 4194560 100 0 0 0 120 30 0 0 20 0 1 0 5 1 1 | 1500000",
                "42 (a b) c) S 1 42 42 0 -1 4194560 100 0 0 0 7 0 0 0 20 0 1 0 5 1 1 | 70000",
                "42 (cut short) S 1 | 0",
                "nonsense | 0",
            })
    void cpuTimeIsReadBehindTheNameWhateverThatIs(String stat, long micros) {
        assertEquals(micros, ProcessCost.cpuMicros(stat));
    }

    @Test
    void whatHasEndedCountsWhereItIsAskedFor() {
        String stat = "42 (sh) S 1 42 42 0 -1 4194560 100 0 0 0 1 2 30 40 20 0 1 0 5 1 1";
        assertEquals(30_000, ProcessCost.cpuMicros(stat));
        assertEquals(730_000, ProcessCost.cpuMicrosWithEnded(stat));
    }

    @ParameterizedTest
    @CsvSource({"cpu  1 2 3 400 500 6 7 8 1000 1000, 270000", "cpu  1 2 3 400, 60000", "'', 0"})
    void machineIsBusyWhereItNeitherIdlesNorWaits(String stat, long micros) {
        assertEquals(micros, Disturbance.busyMicros(stat + "\ncpu0 9 9 9 9\n"));
    }

    @Test
    void memoryIsReadByItsName() {
        String status = "Name:\tjava\nVmPeak:\t  999 kB\nVmRSS:\t  2048 kB\nThreads:\t3\n";
        assertEquals(2048, ProcessCost.kibibytes(status, "VmRSS:"));
        assertEquals(0, ProcessCost.kibibytes(status, "Pss:"));
    }
}
