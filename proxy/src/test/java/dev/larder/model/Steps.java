package dev.larder.model;

import java.util.Arrays;

/** A list of steps that is used again and again. */
final class Steps {

    private int[] steps = new int[64];
    private int size;

    void clear() {
        size = 0;
    }

    void add(int action, int sidecar, int argument) {
        if (size == steps.length) {
            steps = Arrays.copyOf(steps, 2 * size);
        }
        steps[size++] = Step.of(action, sidecar, argument);
    }

    int size() {
        return size;
    }

    int get(int index) {
        return steps[index];
    }

    boolean contains(int step) {
        for (int i = 0; i < size; i++) {
            if (steps[i] == step) {
                return true;
            }
        }
        return false;
    }
}
