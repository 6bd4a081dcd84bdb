package dev.larder.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is put off to the end of a turn is done once, in order, whatever becomes of the rest. */
class LoopTurnTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final LoopTurn turn = new LoopTurn(channel.eventLoop());
    private final List<String> done = new ArrayList<>();

    @Test
    void stepsRunAtTheEndInTheirOrder() {
        turn.atEnd(() -> done.add("a"));
        turn.atEnd(() -> done.add("b"));
        assertEquals(List.of(), done);
        channel.runPendingTasks();
        channel.runPendingTasks();
        assertEquals(List.of("a", "b"), done);
    }

    @Test
    void whatAStepPutsOffIsDoneAsWell() {
        turn.atEnd(() -> {
            done.add("a");
            turn.atEnd(() -> done.add("c"));
        });
        turn.atEnd(() -> done.add("b"));
        channel.runPendingTasks();
        channel.runPendingTasks();
        assertEquals(List.of("a", "b", "c"), done);
        turn.atEnd(() -> done.add("d"));
        channel.runPendingTasks();
        assertEquals(List.of("a", "b", "c", "d"), done);
    }

    @Test
    void aStepThatFailsCostsNoOther() {
        turn.atEnd(() -> {
            throw new IllegalStateException("a bug");
        });
        turn.atEnd(() -> done.add("b"));
        channel.runPendingTasks();
        assertEquals(List.of("b"), done);
    }
}
