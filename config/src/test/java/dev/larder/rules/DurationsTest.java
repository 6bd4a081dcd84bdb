package dev.larder.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "5m, PT5M, 5m",
        "90s, PT1M30S, 1m30s",
        "500ms, PT0.5S, 500ms",
        "1h30m, PT1H30M, 1h30m",
        "7d, P7D, 7d",
        "1d2h3m4s5ms, P1DT2H3M4.005S, 1d2h3m4s5ms",
        "PT5M, PT5M, 5m",
        "P1D, P1D, 1d",
        "90, PT1M30S, 1m30s",
        "1.5, PT1.5S, 1s500ms",
        "010, PT10S, 10s",
        "0, PT0S, 0s",
        "0s, PT0S, 0s",
    })
    void aDurationIsReadAndPrintedAsTheSame(String text, Duration expected, String printed) {
        assertEquals(Optional.of(expected), Durations.parse(text));
        assertEquals(printed, Durations.print(expected));
        assertEquals(Optional.of(expected), Durations.parse(printed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "5 m",
                "5M",
                "5min",
                "m",
                "-5m",
                "+5m",
                "1:30",
                "5m1h",
                "5m5m",
                "1e3",
                "1.2345",
                ".5",
                "PT",
                "P",
                "PT-5M",
                "-PT5M",
                "4000d",
                "999999999999",
                "99999999999d",
                "P99999D",
                "five"
            })
    void whatIsNoDurationOrNegativeOrOverTenYearsIsNotRead(String text) {
        assertEquals(Optional.empty(), Durations.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "5 minuts, 5m",
        "5 minutes, 5m",
        "1 minute, 1m",
        "5M, 5m",
        "5min, 5m",
        "10sec, 10s",
        "10 Seconds, 10s",
        "2hrs, 2h",
        "1 day, 1d",
        "500 millis, 500ms",
        "500msec, 500ms",
    })
    void whatWasProbablyMeantIsSuggested(String text, String suggestion) {
        assertEquals(Optional.of(suggestion), Durations.suggest(text));
        assertEquals(true, Durations.parse(suggestion).isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "1:30", "5 fortnights", "5x", "-5m"})
    void nothingIsSuggestedForAGuess(String text) {
        assertEquals(Optional.empty(), Durations.suggest(text));
    }
}
