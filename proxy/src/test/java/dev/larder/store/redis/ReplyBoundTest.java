package dev.larder.store.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class ReplyBoundTest {

    private static final int MOST = 16 << 20;

    @Test
    void answersOfManyTripsAreNotAddedUp() {
        ReplyBound bound = new ReplyBound(MOST);
        EmbeddedChannel channel = new EmbeddedChannel(bound);
        for (int i = 0; i < 100; i++) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[1 << 20]));
            if (i % 16 == 15) {
                bound.answered();
            }
        }
        assertTrue(channel.isOpen());
        assertEquals(100, channel.inboundMessages().size());
        channel.finishAndReleaseAll();
    }

    @Test
    void whatIsLongerThanAnythingStoredClosesTheConnection() {
        EmbeddedChannel channel = new EmbeddedChannel(new ReplyBound(MOST));
        int pieces = 0;
        while (channel.isOpen() && pieces < 100) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[1 << 20]));
            pieces++;
        }
        assertFalse(channel.isOpen());
        assertEquals(25, pieces);
        channel.finishAndReleaseAll();
    }
}
