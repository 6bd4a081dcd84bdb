package dev.larder.plan;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.key.Identity;
import dev.larder.purge.PurgeGroup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one write may make invalid, and, once its outcome is known, what it did. Immutable; pure. Skeleton.
 */
public final class WritePlan {

    /** A body as far as it could be read. */
    public sealed interface Body {

        /** There was none. */
        record None() implements Body {}

        /** All of it, still in its content coding; {@code fields} are those of its message. */
        record Whole(byte[] bytes, Fields fields) implements Body {}

        /** Longer than {@code max-inspect}, or cut short. */
        record Unreadable() implements Body {}
    }

    /** How the backend answered. */
    public sealed interface Answer {

        /** With this head and, where {@link #readsAnswerBody()} asks for it, this body. */
        record Answered(ResponseHead head, Body body) implements Answer {}

        /** Not, or not to the end: timeout, reset, cut short. What was written stays unknown. */
        record Unknown() implements Answer {}
    }

    /**
     * What a write came to.
     *
     * @param purge the groups to purge, without duplicates; empty where nothing was written
     * @param ended identities whose credential in this request is ended, by name
     * @param again when to purge {@link #purge()} once more
     * @param applied names of the purge rules that applied, for logs and {@code explain}
     * @param widened what could not be read and so purged more, one sentence each, without values
     */
    public record Settlement(
            List<PurgeGroup> purge,
            Set<String> ended,
            Optional<Duration> again,
            List<String> applied,
            List<String> widened) {}

    WritePlan() {}

    /** The groups that this write may purge as far as its head tells, widened where only a body would. */
    public List<PurgeGroup> intents() {
        throw new UnsupportedOperationException("skeleton");
    }

    /** Whether a rule reads the request's body. */
    public boolean readsRequestBody() {
        throw new UnsupportedOperationException("skeleton");
    }

    /** Whether a rule reads the answer's body. */
    public boolean readsAnswerBody() {
        throw new UnsupportedOperationException("skeleton");
    }

    /** Identities of which a rule reads claims, by name. */
    public Set<String> readsIdentities() {
        throw new UnsupportedOperationException("skeleton");
    }

    /**
     * What the write came to.
     *
     * @param requestBody as far as read
     * @param answer how the backend answered
     * @param identities who asked, by identity name, as far as known
     */
    public Settlement settle(Body requestBody, Answer answer, Map<String, Identity> identities) {
        throw new UnsupportedOperationException("skeleton: " + requestBody + answer + identities);
    }

    static @Nullable Identity none() {
        return null;
    }
}
