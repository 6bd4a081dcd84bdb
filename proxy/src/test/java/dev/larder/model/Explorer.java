package dev.larder.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Goes through every interleaving of a small setup, each state once. */
final class Explorer {

    private final Setup setup;
    private final int most;
    private final Set<Long> seen = new HashSet<>();
    private final Fingerprint fingerprint = new Fingerprint();

    /** Whether there was more to see than {@code most} states. */
    boolean cutShort;

    Explorer(Setup setup, int most) {
        this.setup = setup;
        this.most = most;
    }

    int states() {
        return seen.size();
    }

    /** A world, and how it was reached. */
    private record Visit(World world, int step, @Nullable Visit before) {

        int[] path() {
            Deque<Integer> steps = new ArrayDeque<>();
            for (Visit visit = this; visit != null && visit.before != null; visit = visit.before) {
                steps.push(visit.step);
            }
            return steps.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    /** The first run that breaks a promise, or null. */
    @Nullable
    Run explore() {
        Deque<Visit> open = new ArrayDeque<>();
        World first = World.warm(setup);
        seen.add(first.fingerprint(fingerprint));
        open.push(new Visit(first, 0, null));
        Steps enabled = new Steps();
        while (!open.isEmpty()) {
            if (seen.size() >= most) {
                cutShort = true;
                return null;
            }
            Visit visit = open.pop();
            visit.world.enabled(enabled);
            boolean last = true;
            for (int i = 0; i < enabled.size(); i++) {
                int step = enabled.get(i);
                World next = visit.world.copy();
                try {
                    next.apply(step);
                } catch (Violation e) {
                    return new Run(setup, new Visit(next, step, visit).path(), e.broken());
                }
                last = false;
                if (seen.add(next.fingerprint(fingerprint))) {
                    open.push(new Visit(next, step, visit));
                }
            }
            if (last || visit.world.over()) {
                try {
                    Ending.of(visit.world.copy());
                } catch (Violation e) {
                    return new Run(setup, visit.path(), e.broken());
                }
            }
        }
        return null;
    }
}
