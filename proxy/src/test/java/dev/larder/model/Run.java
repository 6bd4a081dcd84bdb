package dev.larder.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run that broke a promise.
 *
 * @param setup where it began
 * @param steps what was done
 * @param broken which promise
 */
record Run(Setup setup, int[] steps, String broken) {

    /** The same with every step left out that is not needed to break a promise. */
    Run shortest() {
        Run best = this;
        boolean shorter = true;
        while (shorter) {
            shorter = false;
            for (int size = Math.max(1, best.steps.length / 4); size >= 1; size = size == 1 ? 0 : size / 2) {
                for (int from = best.steps.length - size; from >= 0; from -= size) {
                    if (from + size > best.steps.length) {
                        continue;
                    }
                    Run tried = play(without(best.steps, from, size));
                    if (tried != null && tried.steps.length < best.steps.length) {
                        best = tried;
                        shorter = true;
                    }
                }
            }
        }
        return best;
    }

    private static int[] without(int[] steps, int from, int size) {
        int[] left = new int[steps.length - size];
        System.arraycopy(steps, 0, left, 0, from);
        System.arraycopy(steps, from + size, left, from, left.length - from);
        return left;
    }

    /** Plays steps, leaving out those that are not possible; what they break, or null. */
    private @Nullable Run play(int[] tried) {
        World world = World.warm(setup);
        Steps enabled = new Steps();
        int[] done = new int[tried.length];
        int count = 0;
        try {
            for (int step : tried) {
                world.enabled(enabled);
                if (enabled.contains(step)) {
                    done[count++] = step;
                    world.apply(step);
                }
            }
            Ending.of(world);
            return null;
        } catch (Violation e) {
            return new Run(setup, Arrays.copyOf(done, count), e.broken());
        }
    }

    /** The steps in words, numbered. */
    String story() {
        World world = World.warm(setup);
        List<String> lines = new ArrayList<>();
        world.story = lines;
        try {
            for (int step : steps) {
                world.apply(step);
            }
            Ending.of(world);
        } catch (Violation e) {
            lines.add("BROKEN: " + e.broken());
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            text.append("%3d %s%n".formatted(i + 1, lines.get(i)));
        }
        return text.toString();
    }
}
