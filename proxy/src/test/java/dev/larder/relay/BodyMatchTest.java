package dev.larder.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyMatchTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            abcdef | abc,def    | -1
            abcdef | a,b,c,d,ef | -1
            abcdef | abcdef     | -1
            abcdef | abc,dEf    | 4
            abcdef | abX,def    | 2
            abcdef | Xbc,dEf    | 0
            abcdef | abc        | 3
            abcdef | none       | 0
            abcdef | abc,defg   | 6
            abcdef | abcdef,,g  | 6
            ''     | none       | -1
            ''     | a,b        | 0
            """)
    void theFirstByteThatIsNotAsExpectedIsFound(String expected, String pieces, long at) {
        BodyMatch match = new BodyMatch(expected.getBytes(StandardCharsets.US_ASCII));
        int length = 0;
        for (String text : pieces == null ? new String[0] : pieces.split(",")) {
            DefaultHttpContent piece =
                    new DefaultHttpContent(Unpooled.copiedBuffer("--" + text, StandardCharsets.US_ASCII));
            piece.content().skipBytes(2);
            match.see(piece);
            assertEquals(text.length(), piece.content().readableBytes());
            piece.release();
            length += text.length();
        }
        assertEquals(at, match.differsAt());
        assertEquals(length, match.bytes());
    }
}
