package dev.larder.store.redis;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The lease of one member: which renewals of it are under way, and until when it counts. Any thread; it has a lock of its own,
 * under which nobody else is called.
 *
 * <p>A renewal counts when the list has granted it and its ping has come back, in whichever order, from the moment at which both
 * were sent; and it counts here for a tenth less than for the others, which is more than two clocks differ in running that long.
 */
final class MemberLease {

    /** A renewal under way: what is still to come of it, guarded by the lease. */
    static final class Renewal {
        private final long number;
        private final long sentNanos;
        private boolean granted;
        private boolean heardBack;

        private Renewal(long number, long sentNanos) {
            this.number = number;
            this.sentNanos = sentNanos;
        }

        /** What its ping says. */
        long number() {
            return number;
        }

        long sentNanos() {
            return sentNanos;
        }
    }

    private final LongSupplier nanoTime;
    private final long leaseNanos;

    /** Until when the lease counts, by {@link #nanoTime}; meaningful while {@link #counts}. */
    private volatile long countsUntilNanos;

    private volatile boolean counts;

    /** Until when nobody becomes a member without this sidecar's word, whether it hears or not; by {@link #nanoTime}. */
    private volatile long listedUntilNanos;

    /** A moment after which every other member had heard of this one, by the clock of the server of the list. */
    private volatile long knownSinceMillis = Long.MAX_VALUE;

    // All that follows is guarded by this.

    /** Renewals under way, by their numbers. */
    private final Map<Long, Renewal> renewals = new HashMap<>();

    private long lastRenewal;
    private long renewedNanos;

    /** No lease yet. */
    MemberLease(LongSupplier nanoTime, Duration length) {
        this.nanoTime = nanoTime;
        this.leaseNanos = length.toNanos();
        this.listedUntilNanos = nanoTime.getAsLong();
    }

    // ---- until when ----------------------------------------------------------------------------------------------

    /** Whether it counts now. */
    boolean isHeld() {
        return counts && nanoTime.getAsLong() - countsUntilNanos < 0;
    }

    /** Whether it counted, and was not renewed in time. */
    boolean hasRunOut(long now) {
        return counts && now - countsUntilNanos >= 0;
    }

    /** Whether nobody becomes a member without this sidecar's word. */
    boolean isListed() {
        return nanoTime.getAsLong() - listedUntilNanos < 0;
    }

    /** Whether every other member had heard of this one at a moment, by the clock of the server of the list. */
    boolean wasKnown(long millis) {
        return millis > knownSinceMillis;
    }

    /** The list knows this sidecar by another name from now on, or not at all. */
    void unlisted() {
        listedUntilNanos = nanoTime.getAsLong();
    }

    /** Every other member has heard of this one; since when is known with the first renewal that the list grants. */
    void joined() {
        knownSinceMillis = Long.MAX_VALUE;
    }

    /** It counts no more, but for a renewal that is still under way. */
    void suspend() {
        counts = false;
    }

    /** It is over, and so is each renewal under way. */
    synchronized void end() {
        counts = false;
        renewals.clear();
    }

    // ---- renewing ------------------------------------------------------------------------------------------------

    synchronized boolean isRenewalDue(long now) {
        return now - renewedNanos >= leaseNanos / 3;
    }

    /** A renewal is about to be sent, and its ping behind it. */
    synchronized Renewal renew() {
        renewedNanos = nanoTime.getAsLong();
        Renewal sent = new Renewal(++lastRenewal, renewedNanos);
        renewals.put(sent.number, sent);
        return sent;
    }

    /**
     * The list has granted it.
     *
     * @param serverMillis when, by the clock of the server of the list
     */
    synchronized void granted(Renewal sent, long serverMillis) {
        if (renewals.containsKey(sent.number)) {
            if (knownSinceMillis == Long.MAX_VALUE) {
                knownSinceMillis = serverMillis;
            }
            sent.granted = true;
            extend(sent);
        }
    }

    /** The ping of a renewal has come back: all that was said before it has been heard. */
    synchronized void heardBack(long number) {
        Renewal sent = renewals.get(number);
        if (sent != null) {
            sent.heardBack = true;
            extend(sent);
        }
    }

    /** Whether the list has granted it will not be known. */
    synchronized void unanswered(Renewal sent) {
        renewals.remove(sent.number);
    }

    private void extend(Renewal sent) {
        if (sent.granted && sent.heardBack) {
            renewals.remove(sent.number);
            long until = sent.sentNanos + leaseNanos - leaseNanos / 10;
            if (!counts || until - countsUntilNanos > 0) {
                countsUntilNanos = until;
                listedUntilNanos = until;
                counts = true;
            }
        }
    }
}
