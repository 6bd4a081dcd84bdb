package dev.larder.identity;

import dev.larder.identity.IdentityResolver.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One question under way, and who waits for its answer. Guarded by the lock of {@link AskedIdentities}. */
final class Inquiry {

    /** Notes beyond which it is doomed without comparing: bounds memory and time. */
    private static final int MOST_NOTES = 64;

    final VisitorKey key;

    /** When it was sent, by the monotonic clock. */
    final long sentNanos;

    /** Whether nobody was known by this credential when it was sent. */
    final boolean stranger;

    /** Who waits for it, the first first: one future for all would tell the last first. */
    private final List<CompletableFuture<Known>> waiting = new ArrayList<>(1);

    /** Whoever has all claims of one of these has been forgotten since it was sent. */
    private final List<List<String>> notes = new ArrayList<>(0);

    private boolean doomed;
    private @Nullable Known answer;

    Inquiry(VisitorKey key, long sentNanos, boolean stranger) {
        this.key = key;
        this.sentNanos = sentNanos;
        this.stranger = stranger;
    }

    /** Waits for its answer. */
    CompletionStage<Known> follow() {
        Known answered = answer;
        if (answered != null) {
            return CompletableFuture.completedStage(answered);
        }
        CompletableFuture<Known> own = new CompletableFuture<>();
        waiting.add(own);
        return own.minimalCompletionStage();
    }

    /** From now on this is the answer; gives back who waits for it, to be told without the lock. */
    List<CompletableFuture<Known>> answered(Known known) {
        answer = known;
        return List.copyOf(waiting);
    }

    /** Its answer may tell of the time before something that has ended. */
    void doom() {
        doomed = true;
    }

    boolean isDoomed() {
        return doomed;
    }

    /** Whoever has these claims is forgotten; whom this is about is not known yet. */
    void note(List<String> forgotten) {
        notes.add(forgotten);
        doomed |= notes.size() > MOST_NOTES;
    }

    /** Whether somebody with these claims has been forgotten since it was sent. */
    boolean hasNoted(List<String> claims) {
        for (List<String> note : notes) {
            if (claims.containsAll(note)) {
                return true;
            }
        }
        return false;
    }
}
