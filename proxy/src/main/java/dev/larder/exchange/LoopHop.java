package dev.larder.exchange;

import io.netty.channel.EventLoop;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The one way back from a store's or a flight's thread to the event loop of an exchange. */
final class LoopHop {

    private LoopHop() {}

    /**
     * Hands the stage's result to {@code then} on {@code loop}: at once where the stage has completed and this is the
     * loop. A stage that failed, against its contract, counts as one that completed with null.
     */
    static <T> void on(EventLoop loop, CompletionStage<T> stage, Consumer<@Nullable T> then) {
        CompletionStage<T> unused = stage.whenComplete((result, failure) -> {
            T value = failure == null ? result : null;
            if (loop.inEventLoop()) {
                then.accept(value);
            } else {
                loop.execute(() -> then.accept(value));
            }
        });
    }
}
