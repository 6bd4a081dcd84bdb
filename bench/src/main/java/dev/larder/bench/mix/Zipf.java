package dev.larder.bench.mix;

import java.util.Arrays;
import java.util.Random;

/** Draws ranks from 0 with probability proportional to 1 / (rank + 1). Immutable. */
public final class Zipf {
    private final double[] cumulative;

    /** Prepares draws of so many ranks. */
    public Zipf(int ranks) {
        cumulative = new double[ranks];
        double sum = 0;
        for (int i = 0; i < ranks; i++) {
            sum += 1.0 / (i + 1);
            cumulative[i] = sum;
        }
    }

    /** Draws one. */
    public int draw(Random random) {
        double point = random.nextDouble() * cumulative[cumulative.length - 1];
        int index = Arrays.binarySearch(cumulative, point);
        return Math.min(index < 0 ? -index - 1 : index, cumulative.length - 1);
    }
}
