package dev.larder.identity;

import dev.larder.http.RequestHead;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** How credentials of one identity become known: the same contract as {@link IdentityResolver}, for one of them. */
interface IdentitySource {

    /** See {@link IdentityResolver#peek}. */
    @Nullable
    Known peek(Carried.One carried, RequestHead request);

    /** See {@link IdentityResolver#ask}. */
    CompletionStage<Known> ask(Carried.One carried, RequestHead request);

    /** See {@link IdentityResolver#end}. */
    void end(String hash);

    /** Forgets everybody of this identity. */
    void forgetAll();

    /**
     * Forgets whoever has all of these claims.
     *
     * @param claims each {@code claim=value}, the value escaped as in keys; not empty
     */
    void forget(List<String> claims);

    /** See {@link IdentityResolver#hold(Credential, Duration)}. */
    void hold(String hash, Duration length);

    /** As {@link #forget}, and keeps nothing that is learned of them for this long; of everybody where {@code claims} is empty. */
    void hold(List<String> claims, Duration length);

    /** What has been asked, and who is known. */
    default IdentityCounts counts() {
        return IdentityCounts.NONE;
    }
}
