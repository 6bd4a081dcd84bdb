package dev.larder.relay;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The one gatekeeper of memory for bodies on their way to the store and for bodies that a rule reads. Any thread.
 */
public final class CaptureBudget {

    private final long limitBytes;

    /** Bytes lent now. */
    private final AtomicLong lent = new AtomicLong();

    /** How often more was asked for than is left. */
    private final LongAdder refused = new LongAdder();

    /** A budget of so many bytes, over all captures at once. */
    public CaptureBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    boolean borrow(long bytes) {
        if (lent.addAndGet(bytes) <= limitBytes) {
            return true;
        }
        lent.addAndGet(-bytes);
        refused.increment();
        return false;
    }

    void giveBack(long bytes) {
        lent.addAndGet(-bytes);
    }

    /** Bytes lent now. */
    public long lentBytes() {
        return lent.get();
    }

    /** How many bodies could not be captured because all of it was lent. */
    public long refused() {
        return refused.sum();
    }
}
