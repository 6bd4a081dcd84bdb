package dev.larder.identity;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A map that never holds more than a given number of values. Reading takes no lock, so that every request may; a change
 * takes one for a few map accesses. What to evict is found as a clock does: in the order of arrival, sparing once what was
 * read since it last came round.
 */
final class BoundedTable<K, V> {

    /** How many are spared in a row before one is evicted all the same: bounds the time of one change. */
    private static final int MOST_SPARED = 64;

    private final ConcurrentMap<K, Slot<K, V>> slots = new ConcurrentHashMap<>();

    /** Live and removed slots in the order in which they come round. Guarded by this. */
    private final Deque<Slot<K, V>> round = new ArrayDeque<>();

    private final int bound;
    private final Predicate<V> isDead;
    private final Consumer<V> evicted;

    /**
     * An empty table.
     *
     * @param bound how many values it holds at most, above zero
     * @param isDead whether a value is of no more use, so that it goes first
     * @param evicted told of each value that made room, during the change that caused it
     */
    BoundedTable(int bound, Predicate<V> isDead, Consumer<V> evicted) {
        this.bound = Math.max(1, bound);
        this.isDead = isDead;
        this.evicted = evicted;
    }

    /** The value, which counts as read, or null. */
    @Nullable
    V get(K key) {
        Slot<K, V> slot = slots.get(key);
        if (slot == null) {
            return null;
        }
        if (!slot.read) {
            slot.read = true;
        }
        return slot.value;
    }

    /** Puts a value; gives back the one that it replaces, or null. */
    synchronized @Nullable V put(K key, V value) {
        Slot<K, V> present = slots.get(key);
        if (present != null) {
            V former = present.value;
            present.value = value;
            return former;
        }
        Slot<K, V> slot = new Slot<>(key, value);
        slots.put(key, slot);
        round.addLast(slot);
        makeRoom();
        return null;
    }

    /** Removes a value; gives it back, or null. */
    synchronized @Nullable V remove(K key) {
        Slot<K, V> slot = slots.remove(key);
        if (slot == null) {
            return null;
        }
        slot.gone = true;
        return slot.value;
    }

    synchronized void clear() {
        slots.clear();
        round.clear();
    }

    int size() {
        return slots.size();
    }

    private void makeRoom() {
        int spared = 0;
        // Removed slots are dropped when they come round, or here, so that they never outnumber the bound.
        while (slots.size() > bound || round.size() > 2 * bound || headIsDead()) {
            Slot<K, V> head = round.pollFirst();
            if (head == null) {
                return;
            }
            if (head.gone) {
                continue;
            }
            boolean dead = isDead.test(head.value);
            if (!dead && (slots.size() <= bound || (head.read && spared++ < MOST_SPARED))) {
                head.read = false;
                round.addLast(head);
                continue;
            }
            head.gone = true;
            slots.remove(head.key);
            evicted.accept(head.value);
        }
    }

    private boolean headIsDead() {
        Slot<K, V> head = round.peekFirst();
        return head != null && (head.gone || isDead.test(head.value));
    }

    private static final class Slot<K, V> {
        final K key;
        volatile V value;

        /** Read since it last came round. A lost update costs a value its second chance, no more. */
        volatile boolean read;

        /** Removed. Guarded by the table. */
        boolean gone;

        Slot(K key, V value) {
            this.key = key;
            this.value = value;
        }
    }
}
