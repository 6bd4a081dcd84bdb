package dev.larder.relay;

import dev.larder.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Puts a head together in an array that the thread keeps, so that it goes into its buffer at once and leaves nothing behind.
 * Confined to its thread, and to one head at a time.
 */
public final class HeadScratch {

    /** Heads are hardly ever longer; what is made for one that is goes with it. */
    private static final int KEPT_BYTES = 16 * 1024;

    private static final FastThreadLocal<HeadScratch> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected HeadScratch initialValue() {
            return new HeadScratch();
        }
    };

    private final byte[] kept = new byte[KEPT_BYTES];
    private byte[] octets = kept;
    private int length;

    private HeadScratch() {}

    /** Begins a head of at most so many octets. */
    public static HeadScratch begin(int bytes) {
        HeadScratch scratch = OF_THREAD.get();
        scratch.octets = bytes <= KEPT_BYTES ? scratch.kept : new byte[bytes];
        scratch.length = 0;
        return scratch;
    }

    /** Adds these octets. */
    public HeadScratch add(byte[] more) {
        System.arraycopy(more, 0, octets, length, more.length);
        length += more.length;
        return this;
    }

    /** Adds field lines. */
    public HeadScratch add(Fields fields) {
        length = fields.encode(octets, length);
        return this;
    }

    /**
     * The head in a buffer of its own; whoever calls owns it.
     *
     * @param room how many bytes may follow it in the buffer
     */
    public ByteBuf end(ByteBufAllocator buffers, int room) {
        ByteBuf head = buffers.ioBuffer(length + room).writeBytes(octets, 0, length);
        octets = kept;
        return head;
    }
}
