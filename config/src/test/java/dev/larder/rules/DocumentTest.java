package dev.larder.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class DocumentTest {

    private static final int MAX = 64 * 1024;
    private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[\"42\",\"7\"]                         | /0          | 42",
                "[\"42\",\"7\"]                         | /1          | 7",
                "[42]                                   | /0          | 42",
                "[42.0]                                 | /0          | 42",
                "[1e3]                                  | /0          | 1000",
                "[-0]                                   | /0          | 0",
                "[1.50]                                 | /0          | 1.5",
                "[12345678901234567890123]              | /0          | 12345678901234567890123",
                "[1e999999999]                          | /0          | 1E+999999999",
                "{\"a\":true}                           | /a          | true",
                "{\"a\":{\"b\":\"x\"}}                  | /a/b        | x",
                "{\"a\":[1,\"two\",false]}              | /a          | 1,two,false",
                "{\"a/b\":\"x\"}                        | /a~1b       | x",
                "{\"a~b\":\"x\"}                        | /a~0b       | x",
                "{\"0\":\"x\"}                          | /0          | x",
                "{\"a\":\"\"}                           | /a          | ``",
            })
    void valuesAreScalarsAsTextOrEachElementOfAnArray(String body, String pointer, String expected) {
        assertEquals(expected, String.join(",", json(body).orElseThrow().values(pointer)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[\"42\"]               | /1",
                "{\"a\":null}           | /a",
                "{\"a\":{}}             | /a",
                "{\"a\":[]}             | /a",
                "{\"a\":[1,{}]}         | /a",
                "{\"a\":[1,null]}       | /a",
                "{\"a\":[[1]]}          | /a",
                "[1]                    | /01",
                "5                      | /0",
            })
    void whatIsAbsentOrNotAllScalarHasNoValues(String body, String pointer) {
        assertEquals(List.of(), json(body).orElseThrow().values(pointer));
    }

    @Test
    void nullIsAbsentAndAnEmptyContainerIsPresent() {
        Document document =
                json("{\"no\":null,\"list\":[],\"map\":{},\"text\":\"\"}").orElseThrow();
        assertFalse(document.isPresent("/no"));
        assertFalse(document.isPresent("/nowhere"));
        assertTrue(document.isPresent("/list"));
        assertTrue(document.isPresent("/map"));
        assertTrue(document.isPresent("/text"));
    }

    @Test
    void aConditionsGlobMatchesOnlyAScalarOfJson() {
        Document document = json("{\"a\":[\"x\"],\"b\":\"y\",\"c\":{}}").orElseThrow();
        assertEquals(List.of(), document.candidates("/a"));
        assertEquals(List.of("y"), document.candidates("/b"));
        assertEquals(List.of(), document.candidates("/c"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"a\":1}x",
                "{\"a\":1} {\"a\":2}",
                "{a:1}",
                "['a']",
                "[1,]",
                "[NaN]",
                "[01]",
                "// x\n[1]",
                "a=b",
                // One parser takes the first, another the last.
                "{\"a\":1,\"a\":2}",
                "{\"x\":{\"a\":1,\"a\":2}}",
            })
    void whatIsNotStrictlyJsonCannotBeRead(String body) {
        assertEquals(Optional.empty(), json(body).map(document -> document.values("/a")));
    }

    @Test
    void depthAndLengthOfNumbersAreBounded() {
        assertTrue(json("[".repeat(60) + "]".repeat(60)).isPresent());
        assertFalse(json("[".repeat(100) + "]".repeat(100)).isPresent());
        assertFalse(json("[" + "9".repeat(5000) + "]").isPresent());
    }

    @Test
    void jsonIsReadWhateverItsTypeSays() {
        for (String type : new String[] {null, "text/plain;charset=UTF-8", "application/json", FORM, "nonsense"}) {
            assertEquals(
                    List.of("42"),
                    Document.read(utf8("[\"42\"]"), type, null, MAX)
                            .orElseThrow()
                            .values("/0"),
                    String.valueOf(type));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":\"&courseId=42&\"}", "{\"a\":\"x=y\"}", "[\"&courseId&\"]"})
    void jsonThatIsAlsoAFormWithFieldsIsInDoubt(String body) {
        assertTrue(Document.read(utf8(body), FORM, null, MAX).isEmpty());
        assertTrue(Document.read(utf8(body), "application/json", null, MAX).isPresent());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a=1&b=2         | /b     | 2",
                "a=x+y%20z       | /a     | x y z",
                "a=%C3%A9        | /a     | é",
                "a=1&a=2         | /a     | 1,2",
                "a=1&a=2&a=3     | /a     | 1,2,3",
                "a%2Fb=1         | /a~1b  | 1",
                "a&b             | /a     | ``",
                "a=b=c           | /a     | b=c",
                "&&a=1&          | /a     | 1",
            })
    void aFormIsReadByItsType(String body, String pointer, String expected) {
        Document form = Document.read(utf8(body), FORM, null, MAX).orElseThrow();
        assertTrue(form.isPresent(pointer));
        assertEquals(expected, String.join(",", form.values(pointer)));
        assertEquals(form.values(pointer), form.candidates(pointer));
        assertTrue(Document.read(utf8(body), "text/plain", null, MAX).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%1", "a=%zz", "a=%C3", "%ff=1"})
    void aBrokenFormCannotBeRead(String body) {
        assertTrue(Document.read(utf8(body), FORM, null, MAX).isEmpty());
    }

    @Test
    void aFormsLastCharacterMayBeEncoded() {
        assertEquals(
                List.of("x/"),
                Document.read(utf8("a=x%2F"), FORM, null, MAX).orElseThrow().values("/a"));
    }

    @Test
    void bodiesAreDecodedFirst() throws IOException {
        byte[] plain = utf8("[\"42\"]");
        for (String coding : List.of("gzip", "x-gzip", "GZIP", " gzip ")) {
            assertEquals(List.of("42"), values(gzip(plain), coding), coding);
        }
        assertEquals(List.of("42"), values(deflate(plain, false), "deflate"));
        assertEquals(List.of("42"), values(deflate(plain, true), "deflate"));
        assertEquals(List.of("42"), values(plain, "identity"));
    }

    @Test
    void unknownSeveralAndBrokenCodingsCannotBeRead() throws IOException {
        byte[] zipped = gzip(utf8("[\"42\"]"));
        for (String coding : List.of("br", "zstd", "gzip, gzip", "identity, gzip")) {
            assertTrue(Document.read(zipped, null, coding, MAX).isEmpty(), coding);
        }
        assertTrue(Document.read(utf8("[\"42\"]"), null, "gzip", MAX).isEmpty());
        assertTrue(Document.read(Arrays.copyOf(zipped, zipped.length - 9), null, "gzip", MAX)
                .isEmpty());
    }

    @Test
    void whatDecodesToMoreThanAllowedCannotBeRead() throws IOException {
        byte[] exactly = utf8("[\"" + "x".repeat(96) + "\"]");
        assertEquals(100, exactly.length);
        assertTrue(Document.read(gzip(exactly), null, "gzip", 100).isPresent());
        assertTrue(Document.read(gzip(exactly), null, "gzip", 99).isEmpty());
        assertTrue(Document.read(exactly, null, null, 99).isEmpty());
        assertTrue(Document.read(gzip(new byte[10_000_000]), null, "gzip", MAX).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "0:{\"a\":1}\\n1:{\"success\":true}\\n     | 1  | true",
                "1:{\"success\":true}                      | 1  | true",
                "0:{}\\n11:{\"success\":1}\\n1:{\"success\":2}\\n | 1 | 2",
                "a:{}\\n10:{\"success\":3}\\n              | 10 | 3",
                // The text of a row with a length may look like a row.
                "2:T18,x\\n1:{\"success\":\"forged\"}1:{\"success\":4}\\n | 1 | 4",
            })
    void aLineOfAComponentAnswerIsFoundByItsNumber(String body, int line, String expected) {
        Document.Read read = Document.readLine(utf8(body.replace("\\n", "\n")), null, MAX, line);
        assertEquals(
                List.of(expected),
                assertInstanceOf(Document.Read.Ok.class, read).document().values("/success"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0:{}",
                "",
                "<!DOCTYPE html>\n<p>1:2</p>",
                "1:E{\"digest\":\"1\"}",
                "01:{}",
                "1:",
                "2:T1e,x\n1:{\"success\":\"forged\"} 56789"
            })
    void aLineThatIsNotThereOrNotJsonIsMissing(String body) {
        assertInstanceOf(Document.Read.Missing.class, Document.readLine(utf8(body), null, MAX, 1));
    }

    @Test
    void aLineThatIsThereTwiceOrABrokenCodingCannotBeRead() {
        assertInstanceOf(
                Document.Read.Unreadable.class, Document.readLine(utf8("1:{\"a\":1}\n1:{\"a\":2}\n"), null, MAX, 1));
        assertInstanceOf(Document.Read.Unreadable.class, Document.readLine(utf8("1:{}"), "br", MAX, 1));
        assertInstanceOf(Document.Read.Unreadable.class, Document.readLine(utf8("1:{}"), null, 3, 1));
    }

    private static Optional<Document> json(String body) {
        return Document.read(utf8(body), "application/json", null, MAX);
    }

    private static List<String> values(byte[] body, String coding) {
        return Document.read(body, null, coding, MAX).orElseThrow().values("/0");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    private static byte[] deflate(byte[] plain, boolean bare) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(bytes, new Deflater(6, bare))) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }
}
