package dev.larder.rig;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A barrier in a script: whoever passes waits there until the test opens it. */
public final class Gate {

    private static final long PATIENCE_SECONDS = 20;

    private final Semaphore arrivals = new Semaphore(0);
    private final CountDownLatch opened = new CountDownLatch(1);

    /** Arrives, and waits until it is open. */
    public void pass() throws InterruptedException {
        arrivals.release();
        if (!opened.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nobody opened the gate");
        }
    }

    /** Waits until so many more have arrived. */
    public void awaitArrivals(int count) throws InterruptedException {
        if (!arrivals.tryAcquire(count, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("only " + arrivals.availablePermits() + " of " + count + " arrived at the gate");
        }
    }

    /** Lets everybody pass, now and later. */
    public void open() {
        opened.countDown();
    }
}
