package dev.larder.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredInstantTest {

    @Test
    void anyInstantComesBackAsItWas() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            Instant instant = Instant.ofEpochSecond(
                    random.nextLong(-100_000_000_000L, 400_000_000_000L),
                    switch (i % 4) {
                        case 0 -> 0;
                        case 1 -> random.nextInt(1_000) * 1_000_000;
                        case 2 -> random.nextInt(1_000_000) * 1_000;
                        default -> random.nextInt(1_000_000_000);
                    });
            assertEquals(instant, StoredInstant.read(instant.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-02-29T23:59:59Z",
                "0000-01-01T00:00:00Z",
                "2016-12-31T23:59:60Z",
                "2026-11-23T24:00:00Z",
                "-0001-01-01T00:00:00Z",
                "+10000-01-01T00:00:00Z",
                "2026-11-23T09:30:18.Z",
                "2026-11-23T09:30:18.000000001Z"
            })
    void whatIsOutOfTheOrdinaryIsReadAsJavaReadsIt(String text) {
        assertEquals(Instant.parse(text), StoredInstant.read(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-11-23",
                "2026-02-30T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-11-23T25:00:00Z",
                "2026-11-23T09:60:00Z",
                "2026-11-23T09:30:18.1234567890Z",
                "2026-11-23T09:30:18,5Z",
                "2026-11-23T09:30:1xZ"
            })
    void whatIsNoneIsRefused(String text) {
        assertThrows(DateTimeException.class, () -> StoredInstant.read(text));
    }
}
