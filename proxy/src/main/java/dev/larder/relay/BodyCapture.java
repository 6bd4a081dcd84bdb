package dev.larder.relay;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Copies the pieces of a body into a bounded array while they pass. It borrows: it moves no index and no reference
 * count. Over its limit, or out of budget, it gives up for good and holds nothing. Confined to one event loop.
 */
public final class BodyCapture {

    private static final int FIRST_BYTES = 4096;

    /** A body that says to be longer gets no more at once: saying is not sending. */
    private static final int MOST_FIRST_BYTES = 64 * 1024;

    private final long limitBytes;
    private final long expectedBytes;
    private final CaptureBudget budget;
    private byte @Nullable [] bytes = new byte[0];
    private int length;
    private long borrowed;

    /**
     * A capture of at most {@code limitBytes}.
     *
     * @param budget lends the memory, until {@link #release()}
     */
    public BodyCapture(long limitBytes, CaptureBudget budget) {
        this(limitBytes, -1, budget);
    }

    /**
     * The same where it may be known how long the body is.
     *
     * @param expectedBytes how long it says that it is; negative where it does not
     */
    public BodyCapture(long limitBytes, long expectedBytes, CaptureBudget budget) {
        this.limitBytes = Math.min(limitBytes, Integer.MAX_VALUE - 16);
        this.expectedBytes = expectedBytes;
        this.budget = budget;
    }

    /** Copies a piece; borrows it. */
    public void append(HttpContent piece) {
        ByteBuf content = piece.content();
        int more = content.readableBytes();
        if (bytes == null || more == 0) {
            return;
        }
        if (length + (long) more > limitBytes) {
            release();
            return;
        }
        if (length + more > bytes.length) {
            int capacity = capacity(length + more, bytes.length);
            if (!budget.borrow(capacity - borrowed)) {
                release();
                return;
            }
            borrowed = capacity;
            bytes = Arrays.copyOf(bytes, capacity);
        }
        content.getBytes(content.readerIndex(), bytes, length, more);
        length += more;
    }

    private int capacity(int needed, int present) {
        long first = expectedBytes < 0 ? FIRST_BYTES : Math.min(expectedBytes, MOST_FIRST_BYTES);
        return (int) Math.min(limitBytes, Math.max(present == 0 ? first : 2L * present, needed));
    }

    /** Whether it still holds all that passed. */
    public boolean isWhole() {
        return bytes != null;
    }

    /**
     * All that passed, in an array that nobody else has; the capture takes no more.
     *
     * @throws IllegalStateException if the capture has given up
     */
    public byte[] toBytes() {
        if (bytes == null) {
            throw new IllegalStateException("this capture has given up; ask isWhole() first");
        }
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /** Gives the memory back; the capture holds nothing from then on. Calling it again does nothing. */
    public void release() {
        bytes = null;
        budget.giveBack(borrowed);
        borrowed = 0;
    }
}
