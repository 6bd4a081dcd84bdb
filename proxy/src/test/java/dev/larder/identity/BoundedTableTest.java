package dev.larder.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BoundedTableTest {

    private final Set<Integer> dead = new HashSet<>();
    private final List<Integer> evicted = new ArrayList<>();
    private final BoundedTable<Integer, Integer> table = new BoundedTable<>(3, dead::contains, evicted::add);

    private void put(int... values) {
        for (int value : values) {
            assertNull(table.put(value, value));
        }
    }

    @Test
    void firstOneUnreadGoesFirst() {
        put(1, 2, 3);
        assertEquals(1, table.get(1));
        put(4);
        assertEquals(List.of(2), evicted);
        put(5);
        assertEquals(List.of(2, 3), evicted);
        assertEquals(3, table.size());
    }

    @Test
    void deadOneGoesEvenIfRead() {
        put(1, 2);
        assertEquals(1, table.get(1));
        dead.add(1);
        put(3);
        assertEquals(List.of(1), evicted);
        assertNull(table.get(1));
    }

    @Test
    void replacedOneIsGivenBackAndNotEvicted() {
        put(1);
        assertEquals(1, table.put(1, 10));
        assertEquals(10, table.get(1));
        assertEquals(List.of(), evicted);
        assertEquals(1, table.size());
    }

    @Test
    void removedOneIsGivenBackAndLeavesRoom() {
        put(1, 2, 3);
        assertEquals(2, table.remove(2));
        assertNull(table.remove(2));
        put(4);
        assertEquals(List.of(), evicted);
    }

    @Test
    void boundHoldsWhateverIsRead() {
        BoundedTable<Integer, Integer> large = new BoundedTable<>(1000, value -> false, evicted::add);
        for (int i = 0; i < 20_000; i++) {
            assertNull(large.put(i, i));
            for (int j = Math.max(0, i - 5); j <= i; j++) {
                large.get(j);
            }
            if (i % 3 == 0) {
                assertEquals(i, large.remove(i));
            }
            assertTrue(large.size() <= 1000);
        }
        assertEquals(1000, large.size());
    }

    @Test
    void clearedTableIsEmptyAndUsable() {
        put(1, 2, 3);
        table.clear();
        assertEquals(0, table.size());
        put(1, 2, 3, 4);
        assertEquals(List.of(1), evicted);
    }
}
