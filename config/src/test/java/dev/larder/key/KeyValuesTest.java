package dev.larder.key;

import static dev.larder.key.SampleRoute.query;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.larder.rules.Rules.KeySource;
import dev.larder.rules.Rules.ValueType;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyValuesTest {

    private static final KeySource NUMBER =
            query("n").ofType(ValueType.INT).min(-5).max(100).source();

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "-1", "-5", "99", "100"})
    void canonicalNumbersWithinBoundsStay(String value) {
        assertEquals(Optional.of(value), KeyValues.normalise(NUMBER, value));
    }

    @ParameterizedTest
    @CsvSource(
            emptyValue = "",
            value = {
                "'', KEY_TYPE",
                "abc, KEY_TYPE",
                "01, KEY_TYPE",
                "00, KEY_TYPE",
                "+1, KEY_TYPE",
                "-0, KEY_TYPE",
                "-, KEY_TYPE",
                "-01, KEY_TYPE",
                "1e3, KEY_TYPE",
                "1.0, KEY_TYPE",
                "0x1, KEY_TYPE",
                "' 1', KEY_TYPE",
                "'1 ', KEY_TYPE",
                "١, KEY_TYPE",
                "１, KEY_TYPE",
                "--1, KEY_TYPE",
                "101, KEY_BOUNDS",
                "-6, KEY_BOUNDS",
                "9223372036854775807, KEY_BOUNDS",
                "9223372036854775808, KEY_BOUNDS",
                "99999999999999999999999999, KEY_BOUNDS"
            })
    void otherNumbersAreRefused(String value, BypassReason reason) {
        assertEquals(reason, KeyValues.refusal(NUMBER, value));
        assertEquals(Optional.empty(), KeyValues.normalise(NUMBER, value));
    }

    @Test
    void unboundedNumbersFitALong() {
        KeySource any = query("n").ofType(ValueType.INT).source();
        assertEquals(Optional.of("-9223372036854775808"), KeyValues.normalise(any, "-9223372036854775808"));
        assertEquals(Optional.empty(), KeyValues.normalise(any, "9223372036854775808"));
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false", "TRUE,", "1,", "yes,"})
    void booleansHaveOneSpelling(String value, String expected) {
        assertEquals(
                Optional.ofNullable(expected),
                KeyValues.normalise(query("b").ofType(ValueType.BOOL).source(), value));
    }

    @ParameterizedTest
    @CsvSource({"asc, asc", "desc, desc", "ASC, asc", "up,"})
    void foldingComesBeforeTheType(String value, String expected) {
        KeySource order = query("o").oneOf("asc", "desc").lower().source();
        assertEquals(Optional.ofNullable(expected), KeyValues.normalise(order, value));
    }

    @Test
    void lengthIsCountedInCharacters() {
        KeySource two = query("s").min(1).max(2).source();
        assertEquals(Optional.of("😀😀"), KeyValues.normalise(two, "😀😀"));
        assertEquals(BypassReason.KEY_BOUNDS, KeyValues.refusal(two, "abc"));
        assertEquals(BypassReason.KEY_BOUNDS, KeyValues.refusal(two, ""));
    }

    @Test
    void lengthIsCountedAfterTrimming() {
        KeySource two = query("s").trim().max(2).source();
        assertEquals(Optional.of("ab"), KeyValues.normalise(two, " \tab  "));
        assertEquals(Optional.empty(), KeyValues.normalise(two, "a b"));
    }

    @Test
    void onlyBlanksAreTrimmed() {
        KeySource trimmed = query("s").trim().source();
        assertEquals(Optional.of("\u00a0a\n"), KeyValues.normalise(trimmed, " \u00a0a\n "));
    }

    @Test
    void withoutFoldingNothingChanges() {
        assertEquals(Optional.of(" Ab "), KeyValues.normalise(query("s").source(), " Ab "));
    }
}
