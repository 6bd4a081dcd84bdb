package dev.larder.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Until;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DirectBodiesTest {

    private static final int LENGTH = 1000;

    private final DirectBodies bodies = new DirectBodies(4 * LENGTH);

    @AfterEach
    void givesEverythingBack() {
        bodies.close();
        assertEquals(0, bodies.bytes());
    }

    private static byte[] body(int of) {
        byte[] body = new byte[LENGTH];
        Arrays.fill(body, (byte) of);
        return body;
    }

    /** Whether the body goes out from direct memory. */
    private boolean isDirect(byte[] body) {
        ByteBuf slice = bodies.slice(body, 10, 500);
        try {
            assertArrayEquals(Arrays.copyOfRange(body, 10, 510), ByteBufUtil.getBytes(slice));
            return slice.isDirect();
        } finally {
            slice.release();
        }
    }

    @Test
    void bodyIsCopiedWhenItGoesOutForTheSecondTime() {
        byte[] body = body(1);
        assertFalse(isDirect(body));
        assertTrue(isDirect(body));
        assertTrue(isDirect(body));
        assertEquals(LENGTH, bodies.bytes());
    }

    @Test
    void anEqualBodyInAnotherArrayIsAnother() {
        byte[] body = body(1);
        assertFalse(isDirect(body));
        assertFalse(isDirect(body.clone()));
    }

    @Test
    void bodyUsedLongestAgoMakesRoom() {
        byte[][] all = {body(0), body(1), body(2), body(3), body(4)};
        for (int i = 0; i < 4; i++) {
            copied(all[i]);
        }
        assertTrue(isDirect(all[0]));
        copied(all[4]);
        assertEquals(4 * LENGTH, bodies.bytes());
        assertTrue(isDirect(all[0]));
        assertTrue(isDirect(all[2]));
        // It has to go out twice again.
        assertFalse(isDirect(all[1]));
    }

    private void copied(byte[] body) {
        boolean first = isDirect(body);
        assertTrue(first || isDirect(body));
    }

    @Test
    void sliceThatIsBeingSentOutlivesItsCopy() {
        byte[] body = body(7);
        copied(body);
        ByteBuf sent = bodies.slice(body, 0, LENGTH);
        bodies.close();
        assertEquals(1, sent.refCnt());
        assertArrayEquals(body, ByteBufUtil.getBytes(sent));
        assertTrue(sent.release());
        assertFalse(isDirect(body));
        assertFalse(isDirect(body));
    }

    @Test
    void bodyThatWouldWashOutOthersIsNotCopied() {
        byte[] body = new byte[LENGTH + 1];
        assertFalse(isDirect(body));
        assertFalse(isDirect(body));
        assertEquals(0, bodies.bytes());
    }

    @Test
    void copyOfABodyThatIsNoLongerStoredGoes() throws Exception {
        copied(body(1));
        byte[] other = body(2);
        Until.holds("the copy has gone", () -> {
            System.gc();
            isDirect(other);
            return bodies.bytes() == LENGTH;
        });
    }
}
