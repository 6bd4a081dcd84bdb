package dev.larder.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A capture holds what passed, within its limit, and borrows no more for it than it was told to expect. */
class BodyCaptureTest {

    private static final int LIMIT = 1 << 20;

    private final CaptureBudget budget = new CaptureBudget(8L << 20);

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 900, 1000, 1001, 5000})
    void holdsAllThatPassedWhateverWasSaid(long said) {
        BodyCapture capture = new BodyCapture(LIMIT, said, budget);
        byte[] all = new byte[1000];
        for (int at = 0; at < all.length; at += 100) {
            byte[] piece = new byte[100];
            for (int i = 0; i < piece.length; i++) {
                piece[i] = (byte) (at + i);
                all[at + i] = piece[i];
            }
            append(capture, piece);
        }
        assertArrayEquals(all, capture.toBytes());
        capture.release();
        assertEquals(0, budget.lentBytes());
    }

    @Test
    void borrowsWhatTheBodySaysThatItIs() {
        BodyCapture capture = new BodyCapture(LIMIT, 1024, budget);
        append(capture, new byte[1024]);
        assertEquals(1024, budget.lentBytes());
        capture.release();
    }

    @Test
    void aLongBodyThatOnlySaysSoBorrowsLittle() {
        BodyCapture capture = new BodyCapture(LIMIT, LIMIT, budget);
        append(capture, new byte[10]);
        assertEquals(64 * 1024, budget.lentBytes());
        capture.release();
    }

    @Test
    void givesUpBeyondItsLimit() {
        BodyCapture capture = new BodyCapture(100, 50, budget);
        append(capture, new byte[101]);
        assertFalse(capture.isWhole());
        assertEquals(0, budget.lentBytes());
    }

    private static void append(BodyCapture capture, byte[] bytes) {
        HttpContent piece = new DefaultHttpContent(Unpooled.wrappedBuffer(bytes));
        capture.append(piece);
        piece.release();
    }
}
