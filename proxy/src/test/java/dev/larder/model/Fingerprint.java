package dev.larder.model;

import java.util.Arrays;

/**
 * A hash of a state in which two states are one if they differ only in the names of tokens and in what o'clock it is.
 * Confined to one explorer.
 */
final class Fingerprint {

    private long hash;
    private int now;
    private int[] names = new int[64];
    private int known;

    void begin(int time) {
        hash = 0x9E3779B97F4A7C15L;
        now = time;
        known = 0;
    }

    void put(int value) {
        hash ^= value + 0x9E3779B97F4A7C15L + (hash << 6) + (hash >>> 2);
        hash *= 0xBF58476D1CE4E5B9L;
        hash ^= hash >>> 29;
    }

    void put(boolean value) {
        put(value ? 1 : 2);
    }

    /** A moment: what has passed is all the same. */
    void until(int time) {
        put(Math.max(0, time - now));
    }

    /** A token: only which others it equals matters. */
    void name(int token) {
        if (token == 0) {
            put(0);
            return;
        }
        for (int i = 0; i < known; i++) {
            if (names[i] == token) {
                put(i + 1);
                return;
            }
        }
        if (known == names.length) {
            names = Arrays.copyOf(names, 2 * known);
        }
        names[known++] = token;
        put(known);
    }

    long end() {
        hash ^= hash >>> 32;
        hash *= 0x94D049BB133111EBL;
        return hash ^ hash >>> 29;
    }
}
