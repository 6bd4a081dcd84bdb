package dev.larder.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class SizesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "1000, 1000, 1000",
        "12B, 12, 12",
        "64KiB, 65536, 64KiB",
        "1MB, 1000000, 1000000",
        "1kB, 1000, 1000",
        "1KB, 1000, 1000",
        "1 MiB, 1048576, 1MiB",
        "256MiB, 268435456, 256MiB",
        "2GiB, 2147483648, 2GiB",
        "2GB, 2000000000, 1953125KiB",
    })
    void aSizeIsReadAndPrintedAsTheSame(String text, long bytes, String printed) {
        assertEquals(Optional.of(bytes), Sizes.parse(text));
        assertEquals(printed, Sizes.print(bytes));
        assertEquals(Optional.of(bytes), Sizes.parse(printed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5MB", "64k", "64kib", "1mb", "MB", "1TB", "999999999999GiB", "1 000"})
    void whatIsNoSizeIsNotRead(String text) {
        assertEquals(Optional.empty(), Sizes.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"64k, 64KiB", "1mb, 1MiB", "1g, 1GiB", "10bytes, 10B"})
    void whatWasProbablyMeantIsSuggested(String text, String suggestion) {
        assertEquals(Optional.of(suggestion), Sizes.suggest(text));
    }
}
