package dev.larder.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.larder.http.ResponseHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangesTest {

    private static String part(String method, String request, int status, String stored, long length) {
        Ranges.Part part = Ranges.of(Heads.request(method, request), Heads.response(status, stored), length);
        if (part instanceof Ranges.Part.Octets octets) {
            return octets.first() + "-" + octets.last();
        }
        return part instanceof Ranges.Part.Whole ? "whole" : "unsatisfiable";
    }

    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                // RFC 9110 sections 14.1.2 and 14.2
                "bytes=0-1; 10; 0-1",
                "bytes=0-0; 10; 0-0",
                "bytes=1-; 10; 1-9",
                "bytes=-1; 10; 9-9",
                "bytes=-20; 10; 0-9",
                "bytes=5-20; 10; 5-9",
                "BYTES = 2-3; 10; 2-3",
                "bytes=9-99999999999999999999; 10; 9-9",
                "bytes=10-; 10; unsatisfiable",
                "bytes=10-12; 10; unsatisfiable",
                "bytes=-0; 10; unsatisfiable",
                "bytes=0-; 0; unsatisfiable",
                "bytes=-5; 0; unsatisfiable",
                // what is not understood is answered with the whole
                "bytes=2-1; 10; whole",
                "'bytes=0-1,3-4'; 10; whole",
                "bytes=-; 10; whole",
                "bytes=a-b; 10; whole",
                "bytes=0-1 | Range: bytes=2-3; 10; whole",
                "lines=0-1; 10; whole",
                "0-1; 10; whole"
            })
    void oneRangeIsCutFromTheStoredWhole(String range, long length, String expected) {
        assertEquals(expected, part("GET", "Range: " + range, 200, "", length));
    }

    @ParameterizedTest(name = "{0}; {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                // RFC 9110 section 13.1.5: strong comparison
                "\"a\"; ETag: \"a\"; 0-1",
                "\"a\"; ETag: \"b\"; whole",
                "\"a\"; ETag: W/\"a\"; whole",
                "W/\"a\"; ETag: W/\"a\"; whole",
                "\"a\"; ''; whole",
                "Sun, 22 Nov 2026 11:00:00 GMT; Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT | Date: Sun, 22 Nov 2026 12:00:00 GMT; 0-1",
                "Sun, 22 Nov 2026 12:00:00 GMT; Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT | Date: Sun, 22 Nov 2026 12:00:00 GMT; whole",
                "Sun, 22 Nov 2026 12:00:00 GMT; Last-Modified: Sun, 22 Nov 2026 12:00:00 GMT | Date: Sun, 22 Nov 2026 12:00:00 GMT; whole",
                "Sun, 22 Nov 2026 11:00:00 GMT; Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT; whole",
                "\"a\" | If-Range: \"a\"; ETag: \"a\"; whole",
                "\"a\" | If-Range: \"b\"; ETag: \"a\"; whole",
                // RFC 9110 section 8.8.2.2, with a year of two digits
                "'Sunday, 22-Nov-26 11:00:00 GMT'; 'Last-Modified: Sunday, 22-Nov-26 11:00:00 GMT"
                        + " | Date: Sun, 22 Nov 2026 12:00:00 GMT'; 0-1",
                "'Sunday, 22-Nov-26 12:00:00 GMT'; 'Last-Modified: Sunday, 22-Nov-26 12:00:00 GMT"
                        + " | Date: Sun, 22 Nov 2026 12:00:00 GMT'; whole",
                "nonsense; Last-Modified: nonsense | Date: Sun, 22 Nov 2026 12:00:00 GMT; whole"
            })
    void ifRangeNeedsTheStoredRepresentationItself(String condition, String stored, String expected) {
        assertEquals(expected, part("GET", "Range: bytes=0-1 | If-Range: " + condition, 200, stored, 10));
    }

    @Test
    void onlyAGetOfA200HasParts() {
        assertEquals("whole", part("HEAD", "Range: bytes=0-1", 200, "", 10));
        assertEquals("whole", part("GET", "Range: bytes=0-1", 404, "", 10));
        assertEquals("whole", part("GET", "", 200, "", 10));
    }

    @Test
    void partSaysWhatItIsAPartOf() {
        ResponseHead partial = Ranges.partial(
                Heads.response(200, "Content-Length: 10 | ETag: \"a\" | Content-Type: t"),
                new Ranges.Part.Octets(2, 3),
                10);
        assertEquals(206, partial.status());
        assertEquals(Heads.fields("ETag: \"a\" | Content-Type: t | Content-Range: bytes 2-3/10"), partial.fields());
    }

    @Test
    void refusalSaysHowLongTheWholeIs() {
        ResponseHead refused = Ranges.unsatisfiable(
                Heads.response(200, "Content-Length: 10 | ETag: \"a\" | Content-Type: t | X-A: 1"), 10);
        assertEquals(416, refused.status());
        assertEquals(Heads.fields("X-A: 1 | Cache-Control: no-store | Content-Range: bytes */10"), refused.fields());
        assertFalse(refused.fields().contains("content-length"));
    }

    @Test
    void refusalHadTheLifetimeOfTheWhole() {
        // A cache on the way could have kept it for everybody (RFC 9111 section 3).
        ResponseHead refused = Ranges.unsatisfiable(
                Heads.response(
                        200,
                        "Cache-Control: max-age=60 | Expires: Sun, 22 Nov 2026 13:00:00 GMT | Pragma: x"
                                + " | CDN-Cache-Control: max-age=60 | Surrogate-Control: max-age=60 | Vary: A"),
                10);
        assertEquals(Heads.fields("Vary: A | Cache-Control: no-store | Content-Range: bytes */10"), refused.fields());
    }
}
