package dev.larder.bench.torture;

import java.util.List;
import java.util.Random;

/** Draws from a seed. Confined to one thread. */
final class Draw {
    private final Random random;

    Draw(long seed) {
        this.random = new Random(seed);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** The first are likelier. */
    int lowBelow(int bound) {
        double point = random.nextDouble();
        return (int) (point * point * point * bound);
    }

    <T> T of(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
