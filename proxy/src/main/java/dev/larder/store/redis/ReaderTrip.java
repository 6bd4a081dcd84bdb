package dev.larder.store.redis;

import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One trip on its way by a reader. It ends once, by its answers, by its deadline or with the connection; what comes for it later
 * finds its place all the same, and nobody who waits. Confined to the reader's event loop.
 */
final class ReaderTrip {

    private final CompletableFuture<TripEnd> end = new CompletableFuture<>();
    private final RedisLink link;
    private final long deadlineNanos;
    private final @Nullable Object[] answers;
    private int missing;

    ReaderTrip(RedisLink link, int size, long deadlineNanos) {
        this.link = link;
        this.deadlineNanos = deadlineNanos;
        this.answers = new Object[size];
        this.missing = size;
    }

    CompletableFuture<TripEnd> end() {
        return end;
    }

    /** Whether its end is known. */
    boolean isOver() {
        return end.isDone();
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** How many commands it has. */
    int size() {
        return answers.length;
    }

    /** Takes the answer to one of its commands; whether that was the last one. */
    boolean isLast(int index, @Nullable Object answer) {
        answers[index] = answer;
        return --missing == 0;
    }

    /** All of it has been answered. What a link says that has been closed meanwhile counts for nothing. */
    void answered() {
        end.complete(
                link.isClosed()
                        ? TripEnd.AWAY
                        : new TripEnd.Replies(Arrays.asList(answers), Collections.nCopies(answers.length, link)));
    }

    void fail(TripEnd.Failed how) {
        end.complete(how);
    }
}
