package dev.larder.model;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Goes through a setup at random, again and again from its beginning; each seed is one walk, always the same. */
final class Walker {

    /** Steps between two drawings of what is likely. */
    private static final int PHASE = 40;

    private final Setup setup;
    private final int length;

    /** Steps done so far, in all walks. */
    long steps;

    Walker(Setup setup, int length) {
        this.setup = setup;
        this.length = length;
    }

    /** Walks with these seeds; the first run that breaks a promise, or null. */
    @Nullable
    Run walk(long firstSeed, int walks) {
        for (int i = 0; i < walks; i++) {
            Run run = walk(firstSeed + i);
            if (run != null) {
                return run;
            }
        }
        return null;
    }

    private @Nullable Run walk(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        World world = World.warm(setup);
        Steps enabled = new Steps();
        int[] done = new int[length];
        int[] weights = new int[16 * 64];
        for (int i = 0; i < length; i++) {
            world.enabled(enabled);
            if (enabled.size() == 0 || world.readsLeft == 0 && world.quiet()) {
                return finish(world, done, i);
            }
            if (i % PHASE == 0) {
                draw(weights, random);
            }
            int step = choose(enabled, weights, random);
            done[i] = step;
            steps++;
            try {
                world.apply(step);
            } catch (Violation e) {
                return new Run(setup, Arrays.copyOf(done, i + 1), e.broken());
            }
        }
        return finish(world, done, length);
    }

    /** How likely each step is, drawn anew every so often: now one process stands still, now another's messages do. */
    private static void draw(int[] weights, SplittableRandom random) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] = 1 << random.nextInt(10);
        }
        for (int kind = 0; kind < 64; kind++) {
            weights[Step.RENEW * 64 + kind] >>= 2;
            weights[Step.FAULT * 64 + kind] >>= 4;
            weights[Step.SNAPSHOT * 64 + kind] >>= 2;
            weights[Step.READ * 64 + kind] >>= 3;
            weights[Step.TICK * 64 + kind] >>= 2;
        }
    }

    private static int weight(int[] weights, int step) {
        int action = Step.action(step);
        int which = Step.sidecar(step) * 8 + (action == Step.GO ? Step.argument(step) : 0);
        return 1 + weights[action * 64 + (action == Step.FAULT ? 0 : which)];
    }

    private static int choose(Steps enabled, int[] weights, SplittableRandom random) {
        int sum = 0;
        for (int i = 0; i < enabled.size(); i++) {
            sum += weight(weights, enabled.get(i));
        }
        int left = random.nextInt(sum);
        for (int i = 0; i < enabled.size(); i++) {
            left -= weight(weights, enabled.get(i));
            if (left < 0) {
                return enabled.get(i);
            }
        }
        throw new IllegalStateException("weights do not add up");
    }

    private @Nullable Run finish(World world, int[] done, int length) {
        try {
            Ending.of(world);
            return null;
        } catch (Violation e) {
            return new Run(setup, Arrays.copyOf(done, length), e.broken());
        }
    }
}
