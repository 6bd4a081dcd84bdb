package dev.larder.admin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The keys that are asked for most, in a bounded table (space-saving): a key that is not in it takes the place of a small
 * one and its count along, so that what is frequent is in it, and counts are not too low. One request in eight is counted,
 * for eight, and none ever waits. Any thread.
 */
final class TopKeys {

    private static final int SAMPLED = 8;
    private static final int LOOKED = 8;

    private final int most;

    /** Guards the table. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<String, Counted> table = new HashMap<>();

    /** All that the table holds, and where the next look for a small one begins. */
    private final List<Counted> places = new ArrayList<>();

    private int next;

    private static final class Counted {
        private final String key;
        private long count;
        private long micros;
        private long most;

        Counted(String key) {
            this.key = key;
        }
    }

    /**
     * One of the most frequent keys.
     *
     * @param count how often, approximately
     * @param atLeast how often for certain
     * @param millis what its requests took in all
     */
    record Top(String key, long count, long atLeast, double millis) {}

    TopKeys(int most) {
        this.most = most;
    }

    void asked(String key, long micros) {
        if ((ThreadLocalRandom.current().nextInt() & (SAMPLED - 1)) == 0) {
            count(key, SAMPLED, micros * SAMPLED);
        }
    }

    void count(String key, long times, long micros) {
        if (!lock.tryLock()) {
            return;
        }
        try {
            Counted counted = table.get(key);
            if (counted == null) {
                counted = new Counted(key);
                if (places.size() < most) {
                    places.add(counted);
                } else {
                    Counted gone = places.set(least(), counted);
                    table.remove(gone.key);
                    counted.count = gone.count;
                    counted.most = gone.count;
                }
                table.put(key, counted);
            }
            counted.count += times;
            counted.micros += micros;
        } finally {
            lock.unlock();
        }
    }

    /** The place of the least one of a few, other ones each time: to look at all of them would cost more than it is worth. */
    private int least() {
        int least = next;
        for (int i = 0; i < LOOKED; i++) {
            next = (next + 1) % most;
            if (places.get(next).count < places.get(least).count) {
                least = next;
            }
        }
        next = (next + 1) % most;
        return least;
    }

    /** Those that are asked for most. */
    List<Top> top(int number) {
        return first(number, Comparator.comparingLong(Top::count));
    }

    /** Those whose requests have taken most time in all. */
    List<Top> dearest(int number) {
        return first(number, Comparator.comparingDouble(Top::millis));
    }

    private List<Top> first(int number, Comparator<Top> order) {
        List<Top> all = new ArrayList<>();
        lock.lock();
        try {
            table.forEach((key, counted) ->
                    all.add(new Top(key, counted.count, counted.count - counted.most, counted.micros / 1_000.0)));
        } finally {
            lock.unlock();
        }
        all.sort(order.reversed().thenComparing(Top::key));
        return List.copyOf(all.subList(0, Math.min(number, all.size())));
    }
}
