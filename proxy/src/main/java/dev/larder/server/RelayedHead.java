package dev.larder.server;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.relay.HeadScratch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * The octets of the head of an answer that is passed on in HTTP/1.1, behind which the connection goes on: its fields mostly
 * are octets already. Pure; any thread.
 */
final class RelayedHead {

    /** Up to here a body is worth copying behind its head, so that both are one buffer. */
    private static final int ROOM_BYTES = 16 * 1024;

    private static final byte[] VERSION = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = {'\r', '\n'};
    private static final int FIXED = VERSION.length + 2 * END.length;

    private RelayedHead() {}

    /** Whether the length of the body is all that frames the answer. */
    static boolean frames(ResponseHead head) {
        return head.status() >= 200 && head.status() != 204 && head.status() != 304 && head.bodyBytes() >= 0;
    }

    /** The head of an answer that {@link #frames}, with room for a short body; whoever calls owns it. */
    static ByteBuf encode(ByteBufAllocator buffers, ResponseHead head, String reason) {
        // Without chunks there are no trailers to announce (RFC 9110 section 6.6.2).
        Fields fields = head.fields().without("trailer");
        byte[] status = (head.status() + " " + reason).getBytes(StandardCharsets.ISO_8859_1);
        long bodyBytes = head.bodyBytes();
        return HeadScratch.begin(status.length + fields.encodedBytes() + FIXED)
                .add(VERSION)
                .add(status)
                .add(END)
                .add(fields)
                .add(END)
                .end(buffers, bodyBytes <= ROOM_BYTES ? (int) bodyBytes : 0);
    }
}
