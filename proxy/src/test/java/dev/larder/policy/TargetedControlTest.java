package dev.larder.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetedControlTest {

    private static String said(String fields) {
        return TargetedControl.of(Heads.fields(fields))
                .map(directives -> directives.stream()
                        .map(directive -> directive.value() == null
                                ? directive.name()
                                : directive.name() + "=" + directive.value())
                        .collect(Collectors.joining(" ")))
                .orElse("nothing");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                // RFC 9213 section 2.1, RFC 8941 section 3.2
                "max-age=5; max-age=5",
                "max-age=5, no-store; max-age=5 no-store",
                "max-age=5  ,no-store; max-age=5 no-store",
                "~no-store=?0, max-age=5~; max-age=5",
                "~no-store=?1~; no-store",
                "~max-age=5;x=y;z, must-revalidate;a~; max-age=5 must-revalidate",
                "~a=(\"x y\" 1;p ?1);q, max-age=5~; ~a=(\"x y\" 1;p ?1) max-age=5~",
                "~a=\"x, no-store\", max-age=5~; a=\"x, no-store\" max-age=5",
                "~a=:YQ==:, b=1.5, max-age=5~; a=:YQ==: b=1.5 max-age=5",
                "max-age=5, max-age=6; max-age=6",
                "max-age=5 | CDN-Cache-Control: private; max-age=5 private",
                // one that is no dictionary says nothing
                "~~; nothing",
                "&&&; nothing",
                "max-age=5, &&&; nothing",
                "max-age=5,; nothing",
                "MaX-aGe=5; nothing",
                "max-age =5; nothing",
                "max-age= 5; nothing",
                "max-age=; nothing",
                "~max-age=\"5~; nothing",
                "max-age=5 no-store; nothing"
            })
    void cdnCacheControlIsAStructuredField(String value, String expected) {
        assertEquals(expected, said("CDN-Cache-Control: " + value));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '#',
            value = {
                // W3C Edge Architecture note, section 3
                "max-age=5 # max-age=5",
                "MaX-aGe=5 # max-age=5",
                "max-age=5+60 # max-age=5",
                "'max-age=5, foobar, no-store' # max-age=5 no-store",
                "max-age=5;larder # max-age=5",
                "'max-age=5;other, max-age=6; LARDER' # max-age=6",
                "no-store;other # nothing",
                "max-age =5 # nothing",
                "content=\"ESI/1.0\" # nothing",
                "foo # nothing"
            })
    void surrogateControlIsReadWhereItIsForLarder(String value, String expected) {
        assertEquals(expected, said("Surrogate-Control: " + value));
    }

    @Test
    void lifetimeOfAnotherTypeIsNone() {
        CacheControl control = CacheControl.governing(Heads.fields("CDN-Cache-Control: max-age=\"5\""));
        assertEquals(0, control.leastSeconds("max-age").orElseThrow());
    }

    @Test
    void endlessFieldSaysNothing() {
        assertEquals("nothing", said("CDN-Cache-Control: a=" + "x".repeat(3000)));
        assertEquals("nothing", said("CDN-Cache-Control: " + "a,".repeat(1500)));
    }

    @Test
    void capabilityTakesThePlaceOfOneMadeUp() {
        var announced = SurrogateCapability.announced(Heads.get("surrogate-capability: x=\"ESI/1.0\" | Accept: a"));
        assertEquals(Heads.fields("Accept: a | Surrogate-Capability: larder=\"Surrogate/1.0\""), announced.fields());
        assertFalse(announced.fields().all("surrogate-capability").isEmpty());
    }
}
