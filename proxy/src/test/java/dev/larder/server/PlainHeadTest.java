package dev.larder.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link PlainHead} takes, and what it leaves to the decoder. That both understand the same is in SplitRequestTest. */
class PlainHeadTest {

    static final String BROWSER = "GET /api/public/lessons?page=2&search=a%20b HTTP/1.1\r\n"
            + "Host: courses.example:8080\r\n"
            + "Connection: keep-alive\r\n"
            + "sec-ch-ua: \"Chromium\";v=\"128\", \"Not;A=Brand\";v=\"24\"\r\n"
            + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\r\n"
            + "Accept: */*\r\n"
            + "Accept-Encoding: gzip, deflate, br\r\n"
            + "Cookie: theme=dark; next-auth.csrf-token=0f3c; analytics.id=9b8a\r\n"
            + "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"
            + "\r\n";

    @Test
    void takesWhatABrowserSends() {
        ByteBuf in = Unpooled.copiedBuffer(BROWSER + "GET /next", StandardCharsets.ISO_8859_1);
        PlainRequest request = read(in);
        assertNotNull(request);
        assertEquals("/api/public/lessons?page=2&search=a%20b", request.target());
        assertEquals("courses.example:8080", request.host());
        assertEquals(8, request.fields().size());
        assertEquals(
                "theme=dark; next-auth.csrf-token=0f3c; analytics.id=9b8a",
                request.fields().get("cookie"));
        assertEquals("traceparent", request.fields().name(7));
        assertEquals("GET /next", in.toString(StandardCharsets.ISO_8859_1));
        in.release();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nhost:a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX_y.z!: 1 2\r\n\r\n"
            })
    void takes(String head) {
        assertNotNull(read(head));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
                "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\" HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n",
                "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n\n",
                "GET / HTTP/1.1\r\nHost: a\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n\r",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n",
                "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n X: folded\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX:  two\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: tail \r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: t\tab\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: \u00e9\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: del\u007f\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: nul\u0000\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: bare\rreturn\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n(X): 1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n: 1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\ncontent_length: 0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key1: x\r\n\r\n"
            })
    void leavesToTheDecoder(String head) {
        ByteBuf in = Unpooled.copiedBuffer(head, StandardCharsets.ISO_8859_1);
        assertNull(read(in));
        assertEquals(head, in.toString(StandardCharsets.ISO_8859_1));
        in.release();
    }

    @Test
    void leavesWhatIsLongerThanTheBounds() {
        String line = "GET /" + "a".repeat(100) + " HTTP/1.1\r\nHost: a\r\n\r\n";
        ByteBuf in = Unpooled.copiedBuffer(line, StandardCharsets.ISO_8859_1);
        assertNull(new PlainHead(113, 1000).read(in));
        assertNull(new PlainHead(1000, line.length() - 1).read(in));
        assertNotNull(new PlainHead(114, line.length()).read(in));
        in.release();
    }

    @Test
    void leavesMoreLinesThanItCountsAndLongerHeadsThanItHolds() {
        assertNull(read("GET / HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n".repeat(64) + "\r\n"));
        assertNull(read("GET / HTTP/1.1\r\nHost: a\r\nX: " + "1".repeat(9000) + "\r\n\r\n"));
    }

    @Test
    void doesNotKeepTheHostOfTheRequestBefore() {
        PlainHead plain = new PlainHead(8192, 32768);
        ByteBuf in = Unpooled.copiedBuffer(
                "GET / HTTP/1.1\r\nHost: ab\r\n\r\nGET / HTTP/1.1\r\nHost: abc\r\n\r\n"
                        + "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nX: a\r\n\r\n",
                StandardCharsets.ISO_8859_1);
        for (String host : new String[] {"ab", "abc", "a"}) {
            PlainRequest request = plain.read(in);
            assertNotNull(request);
            assertEquals(host, request.host());
        }
        assertNull(plain.read(in));
        in.release();
    }

    private static @Nullable PlainRequest read(String head) {
        ByteBuf in = Unpooled.copiedBuffer(head, StandardCharsets.ISO_8859_1);
        try {
            return read(in);
        } finally {
            in.release();
        }
    }

    private static @Nullable PlainRequest read(ByteBuf in) {
        return new PlainHead(8192, 32768).read(in);
    }
}
