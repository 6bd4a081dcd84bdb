package dev.larder.relay;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be done at the end of a turn of an event loop, such as sending what many connections have written in it: one
 * task of the loop for all of it, whose queue is for other threads and has its price. Confined to its event loop.
 */
public final class LoopTurn {

    private static final Logger LOG = LoggerFactory.getLogger(LoopTurn.class);

    private final EventExecutor loop;
    private final Queue<Runnable> steps = new ArrayDeque<>();
    private boolean scheduled;

    /** Turns of this event loop. */
    public LoopTurn(EventExecutor loop) {
        this.loop = loop;
    }

    /** Runs {@code step} when all events that are there have been handled; a failure of it is logged. */
    public void atEnd(Runnable step) {
        steps.add(step);
        if (!scheduled) {
            scheduled = true;
            loop.execute(this::end);
        }
    }

    private void end() {
        // What is added meanwhile is for the next turn.
        for (int left = steps.size(); left > 0; left--) {
            Runnable step = steps.remove();
            try {
                step.run();
            } catch (RuntimeException bug) {
                LOG.warn("a step at the end of a turn failed", bug);
            }
        }
        scheduled = !steps.isEmpty();
        if (scheduled) {
            loop.execute(this::end);
        }
    }
}
