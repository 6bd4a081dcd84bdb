package dev.larder.store.redis;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Whether a key has been offered before, lately and more or less: of every key, two bits are kept. So a flood of keys that come once is told from
 * what comes again. Any thread; 128 KiB.
 */
final class AskedBefore {

    private static final int BITS = 1 << 20;

    /** With more, too many would be taken for others. */
    private static final int MOST = BITS / 10;

    private final AtomicLongArray words = new AtomicLongArray(BITS / Long.SIZE);
    private final AtomicInteger count = new AtomicInteger();

    /** Whether it has been; from now on it has. */
    boolean test(String key) {
        if (count.get() > MOST) {
            count.set(0);
            for (int i = 0; i < words.length(); i++) {
                words.set(i, 0);
            }
        }
        int hash = key.hashCode() * 0x9E3779B9;
        int other = Integer.reverse(key.hashCode() * 31 + key.length()) * 0x85EBCA6B;
        boolean first = set(hash >>> 12);
        boolean second = set(other >>> 12);
        if (first && second) {
            return true;
        }
        count.incrementAndGet();
        return false;
    }

    private boolean set(int bit) {
        long mask = 1L << (bit & (Long.SIZE - 1));
        long before = words.getAndAccumulate(bit / Long.SIZE, mask, (word, more) -> word | more);
        return (before & mask) != 0;
    }
}
