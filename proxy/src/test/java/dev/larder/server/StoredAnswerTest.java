package dev.larder.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.exchange.Answers;
import dev.larder.exchange.Disposition;
import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The octets of a hit say what the same answer says that is made of fields. */
class StoredAnswerTest {

    private static final ResponseHead STORED = new ResponseHead(
            200,
            "Fine",
            Fields.of(
                    "Date", "Mon, 23 Nov 2026 06:10:00 GMT",
                    "AGE", "7",
                    "Content-Length", "4",
                    "X-Name", "caf\u00e9",
                    "Cache-Status", "other; hit",
                    "Vary", "Accept",
                    "Vary", "Accept-Language"),
            "1.0");

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, 86_400, 123_456_789_012L})
    void saysWhatFieldsSay(long age) {
        Disposition how = new Disposition.Hit(Duration.ofSeconds(age + 1));
        ResponseHead expected = Answers.stored(STORED, age, how);
        List<String> lines = new ArrayList<>();
        lines.add("HTTP/1.1 200 Fine");
        for (int i = 0; i < expected.fields().size(); i++) {
            if (!expected.fields().name(i).equals("Content-Length")) {
                lines.add(expected.fields().name(i) + ": " + expected.fields().value(i));
            }
        }
        lines.add("Content-Length: 4");
        String answer = text(age, how, "body");
        int end = answer.indexOf("\r\n\r\n");
        List<String> written = List.of(answer.substring(0, end).split("\r\n"));
        assertEquals(lines.stream().sorted().toList(), written.stream().sorted().toList());
        assertEquals(lines.get(0), written.get(0));
        assertEquals("body", answer.substring(end + 4));
    }

    @Test
    void headGoesAheadOfALongBody() {
        byte[] body = new byte[100_000];
        Disposition how = new Disposition.Hit(Duration.ofSeconds(3));
        ByteBuf head = StoredAnswer.encode(ByteBufAllocator.DEFAULT, STORED, 2, how, body, false);
        try {
            String text = head.toString(StandardCharsets.ISO_8859_1);
            assertTrue(text.endsWith("\r\nContent-Length: 100000\r\n\r\n"), text);
        } finally {
            head.release();
        }
    }

    private static String text(long age, Disposition how, String body) {
        ByteBuf answer = StoredAnswer.encode(
                ByteBufAllocator.DEFAULT, STORED, age, how, body.getBytes(StandardCharsets.ISO_8859_1), true);
        try {
            return answer.toString(StandardCharsets.ISO_8859_1);
        } finally {
            answer.release();
        }
    }
}
