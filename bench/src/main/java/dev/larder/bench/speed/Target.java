package dev.larder.bench.speed;

import dev.larder.bench.mix.Zipf;
import java.util.Random;

/**
 * What is asked for: a path and a number behind it.
 *
 * @param prefix the path up to the number
 * @param kind how the number is drawn
 * @param keys how many numbers there are, from 0 on; not read for {@code FRESH}
 */
record Target(String prefix, Kind kind, int keys) {
    /** How many draws a load goes round in. */
    private static final int DRAWS = 1 << 15;

    /** How numbers are drawn. */
    enum Kind {
        /** By Zipf: the first is asked for most. */
        ZIPF,
        /** Each as often as the other. */
        EVEN,
        /** One that was never asked for before. */
        FRESH
    }

    static Target one(String prefix) {
        return new Target(prefix, Kind.EVEN, 1);
    }

    static Target zipf(String prefix, int keys) {
        return new Target(prefix, Kind.ZIPF, keys);
    }

    static Target fresh(String prefix) {
        return new Target(prefix, Kind.FRESH, 0);
    }

    /** The numbers that a load goes round in, the same for the same seed; empty for {@code FRESH}. */
    int[] draws(long seed) {
        if (kind == Kind.FRESH) {
            return new int[0];
        }
        if (keys == 1) {
            return new int[1];
        }
        Random random = new Random(seed);
        Zipf zipf = new Zipf(keys);
        int[] draws = new int[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            draws[i] = kind == Kind.ZIPF ? zipf.draw(random) : random.nextInt(keys);
        }
        return draws;
    }
}
