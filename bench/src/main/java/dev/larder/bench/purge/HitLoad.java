package dev.larder.bench.purge;

import dev.larder.store.Lookup;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Hits in Redis as fast as they come, and purges of other groups beside them. */
final class HitLoad {
    private static final int AT_ONCE = 64;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private HitLoad() {}

    /**
     * Hits a second in one span.
     *
     * @param hot the first of the groups of which responses are asked for; no group from there on is purged
     * @param purges a second; 0 for none
     * @param firstPurged the first group that is purged; each is purged once
     */
    static double hitsPerSecond(Filled filled, int hot, long millis, int purges, int firstPurged) {
        Semaphore room = new Semaphore(AT_ONCE);
        LongAdder hits = new LongAdder();
        SplittableRandom random = new SplittableRandom(firstPurged);
        long begin = System.nanoTime();
        long end = begin + TimeUnit.MILLISECONDS.toNanos(millis);
        Thread purger = new Thread(() -> purge(filled, end, purges, firstPurged), "purges");
        if (purges > 0) {
            purger.start();
        }
        while (System.nanoTime() - end < 0) {
            room.acquireUninterruptibly();
            int group = hot + random.nextInt(filled.groups() - hot);
            CompletionStage<Lookup> lookup = filled.lookup(group);
            var unused = lookup.whenComplete((found, failure) -> {
                if (found instanceof Lookup.Found) {
                    hits.increment();
                }
                room.release();
            });
        }
        room.acquireUninterruptibly(AT_ONCE);
        long took = System.nanoTime() - begin;
        try {
            purger.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return hits.sum() * (double) SECOND_NANOS / took;
    }

    private static void purge(Filled filled, long end, int purges, int firstPurged) {
        long due = System.nanoTime();
        for (int group = firstPurged; due - end < 0; group++) {
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            long unused = filled.purge(group);
            due += SECOND_NANOS / purges;
        }
    }
}
