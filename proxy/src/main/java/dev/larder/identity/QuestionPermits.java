package dev.larder.identity;

import java.util.concurrent.Semaphore;

/**
 * How many questions may be under way at once, over all identities. A quarter is kept back for credentials that belonged
 * to somebody before: a flood of made-up ones must not keep known visitors from staying known. Thread-safe.
 */
final class QuestionPermits {

    private final Semaphore all;
    private final Semaphore strangers;

    QuestionPermits(int bound) {
        int most = Math.max(1, bound);
        this.all = new Semaphore(most);
        this.strangers = new Semaphore(Math.max(1, most - most / 4));
    }

    /** Takes a permit where one is left; the caller gives it back exactly once. */
    boolean tryAcquire(boolean stranger) {
        if (stranger && !strangers.tryAcquire()) {
            return false;
        }
        if (all.tryAcquire()) {
            return true;
        }
        if (stranger) {
            strangers.release();
        }
        return false;
    }

    void release(boolean stranger) {
        all.release();
        if (stranger) {
            strangers.release();
        }
    }
}
