package dev.larder.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Copies, in direct memory, of long bodies that go out again and again: the system takes octets from there as they lie,
 * while an array is copied for each answer. A body is known by its array, which nobody writes to. It is copied when it
 * goes out for the second time within a while; what was used longest ago makes room. Memory comes back as soon as a copy
 * has gone and the last answer made of it is out, not when something is collected; a copy goes, too, when its array does.
 * One for an event loop, and confined to it.
 */
public final class DirectBodies {

    /** Of one body at most this part of all, or one would wash out the rest. */
    private static final int LARGEST_SHARE = 4;

    /** How many bodies are remembered as having gone out once. */
    private static final int SEEN = 256;

    private final long maxBytes;
    private final Map<Body, ByteBuf> copies = new LinkedHashMap<>(16, 0.75f, true);
    private final @Nullable Body[] seen = new Body[SEEN];
    private final ReferenceQueue<byte[]> collected = new ReferenceQueue<>();
    private long bytes;
    private boolean closed;

    /**
     * No copies.
     *
     * @param maxBytes what all of them may take
     */
    public DirectBodies(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** An array, which this keeps from nobody's collection. */
    private static final class Body extends WeakReference<byte[]> {

        private final int hash;

        Body(byte[] body, ReferenceQueue<byte[]> collected) {
            super(body, collected);
            this.hash = System.identityHashCode(body);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            byte[] body = get();
            return other == this || (body != null && other instanceof Body that && that.refersTo(body));
        }
    }

    /** A part of a body as it may be written; whoever calls owns it, and the octets are not to be written to. */
    public ByteBuf slice(byte[] body, int from, int length) {
        ByteBuf copy = copyOf(body);
        return copy == null ? Unpooled.wrappedBuffer(body, from, length) : copy.retainedSlice(from, length);
    }

    private @Nullable ByteBuf copyOf(byte[] body) {
        dropCollected();
        if (closed || body.length > maxBytes / LARGEST_SHARE) {
            return null;
        }
        Body asked = new Body(body, collected);
        ByteBuf copy = copies.get(asked);
        if (copy == null && isSeenAgain(asked, body)) {
            copy = UnpooledByteBufAllocator.DEFAULT.directBuffer(body.length).writeBytes(body);
            copies.put(asked, copy);
            bytes += body.length;
            makeRoom();
        }
        return copy;
    }

    private boolean isSeenAgain(Body asked, byte[] body) {
        int place = (asked.hash ^ asked.hash >>> 16) & (SEEN - 1);
        Body before = seen[place];
        if (before != null && before.refersTo(body)) {
            seen[place] = null;
            return true;
        }
        seen[place] = asked;
        return false;
    }

    /** Never the last one, which has just been made or used, and fits. */
    private void makeRoom() {
        Iterator<ByteBuf> oldest = copies.values().iterator();
        while (bytes > maxBytes && oldest.hasNext()) {
            ByteBuf gone = oldest.next();
            oldest.remove();
            release(gone);
        }
    }

    private void dropCollected() {
        for (Reference<? extends byte[]> gone = collected.poll(); gone != null; gone = collected.poll()) {
            if (gone instanceof Body body) {
                // Found although its array has gone: a key equals itself.
                ByteBuf copy = copies.remove(body);
                if (copy != null) {
                    release(copy);
                }
            }
        }
    }

    private void release(ByteBuf copy) {
        bytes -= copy.capacity();
        copy.release();
    }

    /** What all copies take. */
    long bytes() {
        return bytes;
    }

    /** Gives everything back, and makes no more copies. */
    public void close() {
        closed = true;
        copies.values().forEach(this::release);
        copies.clear();
    }
}
