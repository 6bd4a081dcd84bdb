package dev.larder.relay;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The one gatekeeper of memory for bodies on their way to the store and for bodies that a rule reads. Any thread.
 */
public final class CaptureBudget {

    private final long limitBytes;

    /** Bytes lent now. */
    private final AtomicLong lent = new AtomicLong();

    /** A budget of so many bytes, over all captures at once. */
    public CaptureBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    boolean borrow(long bytes) {
        if (lent.addAndGet(bytes) <= limitBytes) {
            return true;
        }
        lent.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        lent.addAndGet(-bytes);
    }

    /** Bytes lent now. */
    public long lentBytes() {
        return lent.get();
    }
}
