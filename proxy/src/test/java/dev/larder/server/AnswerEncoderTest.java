package dev.larder.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes past the encoder leaves in its order, a short body in one buffer with its head. */
class AnswerEncoderTest {

    private final AnswerEncoder encoder = new AnswerEncoder();
    private final EmbeddedChannel channel = new EmbeddedChannel(encoder);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void aShortBodyIsInTheBufferOfItsHead() {
        encoder.begin(head(5));
        encoder.append(text("hel"));
        encoder.append(text("lo"));
        assertNull(sent());
        channel.flush();
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", sent());
        assertNull(sent());
    }

    @Test
    void aPieceThatHasNoRoomGoesBehind() {
        ByteBuf head = head(20_000);
        encoder.begin(head);
        encoder.append(text("x".repeat(20_000)));
        channel.flush();
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n", sent());
        assertEquals("x".repeat(20_000), sent());
    }

    @Test
    void aPieceAfterTheFlushGoesOutByItself() {
        encoder.begin(head(5));
        channel.flush();
        encoder.append(text("hello"));
        channel.flush();
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", sent());
        assertEquals("hello", sent());
    }

    @Test
    void whatIsWrittenNextStandsBehindIt() {
        encoder.begin(head(0));
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT));
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", sent());
        assertEquals("HTTP/1.1 204 No Content\r\n\r\n", sent());
    }

    @Test
    void anAnswerThatWasBegunIsNotKeptByAConnectionThatEnds() {
        ByteBuf head = head(5);
        encoder.begin(head);
        channel.pipeline().remove(encoder);
        assertEquals(0, head.refCnt());
    }

    @Test
    void trailersThatCannotComeAreNotAnnounced() {
        ResponseHead announcing =
                new ResponseHead(404, "", Fields.of("Trailer", "X-Sum", "A", "b", "Content-Length", "0"));
        ByteBuf head = RelayedHead.encode(ByteBufAllocator.DEFAULT, announcing, "Not Found");
        assertEquals(
                "HTTP/1.1 404 Not Found\r\nA: b\r\nContent-Length: 0\r\n\r\n",
                head.toString(StandardCharsets.ISO_8859_1));
        head.release();
    }

    private static ByteBuf head(int length) {
        Fields fields = Fields.of("Content-Length", Integer.toString(length));
        return RelayedHead.encode(ByteBufAllocator.DEFAULT, new ResponseHead(200, "OK", fields), "OK");
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private @Nullable String sent() {
        ByteBuf buffer = channel.readOutbound();
        if (buffer == null) {
            return null;
        }
        String text = buffer.toString(StandardCharsets.ISO_8859_1);
        buffer.release();
        return text;
    }
}
