package dev.larder.admin;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Until when what was stored here lasts, by key, so that a miss on what has expired is told from one on what never was there: a
 * store forgets what has expired. A fixed table of hashes in which the newer takes the place of the older; it can forget,
 * and takes one key in four billion for another. Only misses come here. Any thread, without a lock.
 */
final class Lifetimes {

    private static final int PLACES = 1 << 15;

    /** How exactly times are known. */
    private static final int SLACK_SECONDS = 1;

    /** A hash above, the second of the end below; 0 is empty. */
    private final AtomicLongArray table = new AtomicLongArray(PLACES);

    private volatile int now;

    /** What is remembered of a key. */
    enum Remembered {
        NOT_KNOWN,
        OVER,
        GOING_ON
    }

    /** The seconds since this process began are these. */
    void at(long seconds) {
        now = (int) Math.min(Integer.MAX_VALUE / 2, Math.max(0, seconds));
    }

    void stored(String key, Duration lifetime) {
        long end = Math.min(Integer.MAX_VALUE, now + Math.max(0, lifetime.toSeconds()));
        int hash = hash(key);
        table.lazySet(place(hash), ((long) tag(key) << 32) | end);
    }

    Remembered of(String key) {
        long entry = table.get(place(hash(key)));
        if (entry == 0 || (int) (entry >>> 32) != tag(key)) {
            return Remembered.NOT_KNOWN;
        }
        return (int) entry <= now + SLACK_SECONDS ? Remembered.OVER : Remembered.GOING_ON;
    }

    private static int hash(String key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return hash ^ hash >>> 16;
    }

    private static int place(int hash) {
        return hash & (PLACES - 1);
    }

    /** Another hash of the same text, and never 0. */
    private static int tag(String key) {
        int tag = 17;
        for (int i = 0; i < key.length(); i++) {
            tag = tag * 0x01000193 ^ key.charAt(i);
        }
        return tag | 1;
    }
}
