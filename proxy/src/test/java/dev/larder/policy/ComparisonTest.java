package dev.larder.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {

    /** A status and field lines, parted by semicolons. */
    private static ResponseHead head(String text) {
        String[] parts = text.split("; ");
        List<String> fields = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            fields.add(parts[i].substring(0, parts[i].indexOf(':')));
            fields.add(parts[i].substring(parts[i].indexOf(':') + 2));
        }
        return new ResponseHead(Integer.parseInt(parts[0]), "", Fields.of(fields.toArray(String[]::new)));
    }

    private static String told(Comparison came) {
        if (came instanceof Comparison.Different different) {
            return different.kind() + " " + different.fields();
        }
        return came instanceof Comparison.Incomparable incomparable ? incomparable.why() : "same";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200                           | 200                                        | same
            200; Date: a; Age: 3          | 200; Date: b; X-Request-Id: 7; Via: 1.1 p  | same
            200; content-type: a          | 200; Content-Type: a; Connection: close    | same
            200; Content-Length: 3        | 200; Transfer-Encoding: chunked            | same
            200; Content-Type: a          | 200; Content-Type: b                       | fields [content-type]
            200                           | 200; Set-Cookie: a=b; Cache-Control: no-store | fields [cache-control, set-cookie]
            200; X-A: 1; X-A: 2           | 200; X-A: 2; X-A: 1                        | fields [x-a]
            200; ETag: "1"                | 304; ETag: W/"1"                           | same
            200; ETag: "1"                | 304; ETag: "2"                             | fields [etag]
            200                           | 304                                        | not-modified
            200                           | 206                                        | part
            200                           | 416                                        | part
            206                           | 206                                        | same
            200                           | 404                                        | status []
            404                           | 200; X-A: 1                                | status []
            200                           | 503                                        | status []
            """)
    void headsDifferByWhatTheyRepresent(String stored, String origin, String expected) {
        assertEquals(expected, told(Comparison.of(head(stored), head(origin), Optional.empty())));
    }

    @Test
    void aBodyIsGraverThanAField() {
        Comparison.Octets octets = new Comparison.Octets(3, 10, 20);
        assertEquals("body []", told(Comparison.of(head("200"), head("200"), Optional.of(octets))));
        assertEquals("body [x-a]", told(Comparison.of(head("200; X-A: 1"), head("200"), Optional.of(octets))));
        assertEquals("status []", told(Comparison.of(head("200"), head("500"), Optional.of(octets))));
    }
}
