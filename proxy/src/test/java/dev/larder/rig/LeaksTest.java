package dev.larder.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The watch over buffers is worth nothing if it does not see a leak. */
class LeaksTest {

    @Test
    void aBufferThatWasDroppedIsFoundAndOneThatWasReleasedIsNot() throws Exception {
        ByteBufAllocator.DEFAULT.directBuffer(8).release();
        assertEquals(List.of(), Leaks.found());
        drop();
        List<String> found = Leaks.found();
        Leaks.forget();
        assertEquals(1, found.size());
        assertTrue(found.get(0).contains("LeaksTest"), found.get(0));
    }

    private static void drop() {
        ByteBuf dropped = ByteBufAllocator.DEFAULT.directBuffer(8);
        dropped.writeByte(1);
    }
}
