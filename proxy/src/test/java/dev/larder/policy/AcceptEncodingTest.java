package dev.larder.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.larder.http.Fields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptEncodingTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // RFC 9110 section 12.5.3
                "gzip | true",
                "GZip | true",
                "x-gzip | true",
                "br, gzip;q=0.1 | true",
                "gzip; q=1.000, identity;q=1 | true",
                "* | true",
                "*;q=0.5, identity;q=0.4 | true",
                "gzip;q=0 | false",
                "gzip;q=0.000 | false",
                "gzip;q=0, * | false",
                "*;q=0 | false",
                "gzip;q=0.3, identity;q=0.5 | false",
                "br, zstd | false",
                "identity | false",
                "'' | false",
                "gzip;q=high | false",
                "gzip;q=2 | false",
                "gzip;level=9 | false"
            })
    void aClientGetsTheCodingThatItTakes(String sent, boolean expected) {
        assertEquals(expected, AcceptEncoding.prefers(Fields.of("Accept-Encoding", sent), "gzip"));
    }

    @Test
    void severalLinesAreOneList() {
        assertEquals(
                true, AcceptEncoding.prefers(Fields.of("Accept-Encoding", "br", "accept-encoding", "zstd"), "zstd"));
        assertEquals(false, AcceptEncoding.prefers(Fields.EMPTY, "zstd"));
    }
}
