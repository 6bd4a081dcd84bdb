package dev.larder.identity;

import dev.larder.http.RequestHead;
import dev.larder.key.Identity;
import dev.larder.purge.PurgeGroup;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Makes a visitor known. Thread-safe; any event loop may call it, nothing blocks. Bounded in number of identities kept
 * and of questions under way. {@link RuleIdentities} is it for a rules file.
 */
public interface IdentityResolver {

    /** What a request carries for one identity. */
    sealed interface Carried {

        /** No credential. */
        record None() implements Carried {}

        /** More than one, or in a form that servers read in their own ways. */
        record Ambiguous() implements Carried {}

        /**
         * Exactly one.
         *
         * @param credential its keyed hash
         * @param line the field line that carries it and nothing else, for a fetch to be stored: {@code Cookie: name=value}
         */
        record One(Credential credential, Map.Entry<String, String> line) implements Carried {
            /** Without the credential itself. */
            @Override
            public String toString() {
                return "One[" + credential + "]";
            }
        }
    }

    /** What is known of a credential. */
    sealed interface Known {

        /** It belongs to this visitor. */
        record Somebody(Identity identity) implements Known {}

        /** The backend, or the token itself, says that it belongs to nobody. */
        record Nobody() implements Known {}

        /** It could not be found out: the backend cannot be asked, or too many questions are under way. */
        record Unknown(String detail) implements Known {}
    }

    /** Finds the credential of identity {@code name} in a request. */
    Carried find(String name, RequestHead request);

    /** Whether a credential of any identity, or an Authorization field, is there in any form. */
    boolean carriesAny(RequestHead request);

    /**
     * What is known without asking: a kept answer that is not too old, or a verdict reached here (opaque, JWT). From half
     * of an answer's ttl it is asked anew in the background. Null where the backend must be asked.
     */
    @Nullable
    Known peek(Carried.One carried, RequestHead request);

    /** Asks; questions for one credential are collapsed. Completes on any thread, never exceptionally, bounded in time. */
    CompletionStage<Known> ask(Carried.One carried, RequestHead request);

    /**
     * Forgets whoever is in one of these groups of visitors ({@link PurgeGroup}), or has the credential that one names, and
     * dooms questions under way. Others are ignored.
     */
    void forget(Collection<PurgeGroup> groups);

    /** Forgets all visitors, and dooms all questions under way. */
    void forgetEverybody();

    /**
     * As {@link #forget}, and for so long nothing that the backend says of them is kept, since it may say so from before.
     */
    void hold(Collection<PurgeGroup> groups, Duration length);

    /** What a write that is under way may change of visitors. */
    interface Change {

        /** The write's outcome has been acted on; again does no harm. */
        void over();
    }

    /**
     * From now on a write may change whoever is in one of these groups, or has the credential that one names: they stay
     * known, but what is fetched for them is not taken for theirs.
     */
    Change changing(Collection<PurgeGroup> groups);

    /** This moment, for {@link #isChangedSince}. */
    long moment();

    /**
     * Whether a visitor's session or claims have been ended or forgotten since a moment, or may just be changing.
     *
     * @param besides changes that do not count, because whoever asks is making them
     */
    boolean isChangedSince(long moment, Credential credential, Identity identity, @Nullable Change besides);

    /** Whether a visitor is in one of these groups of visitors, or has the credential that one names. */
    boolean isAmong(Collection<PurgeGroup> groups, Credential credential, Identity identity);

    /** How identities are doing, for metrics. */
    default IdentityCounts counts() {
        return IdentityCounts.NONE;
    }
}
