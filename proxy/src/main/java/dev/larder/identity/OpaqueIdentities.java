package dev.larder.identity;

import dev.larder.http.RequestHead;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import dev.larder.key.Identity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * Every credential is an identity of its own, whose claim {@code id} is a hash of it. Nobody says when such a session ends but
 * an {@code end:} request; what that ended belongs to nobody from then on, as long as it is among those remembered. While this
 * process may not have heard of all that was ended, nobody is known.
 */
final class OpaqueIdentities implements IdentitySource {

    private static final Known NOBODY = new Known.Nobody();
    private static final Known OUT_OF_TOUCH = new Known.Unknown("out-of-touch");
    private static final Known UNKNOWN = new Known.Unknown("secret-not-known");

    private final String identity;
    private final OpaqueIds ids;
    private final BooleanSupplier inTouch;
    private final BoundedTable<String, Boolean> ended;

    OpaqueIdentities(String identity, int bound, OpaqueIds ids, BooleanSupplier inTouch) {
        this.inTouch = inTouch;
        this.ids = ids;
        this.identity = identity;
        this.ended = new BoundedTable<>(bound, value -> false, value -> {});
    }

    @Override
    public Known peek(Carried.One carried, RequestHead request) {
        if (ended.get(carried.credential().hash()) != null) {
            return NOBODY;
        }
        if (!inTouch.getAsBoolean()) {
            return OUT_OF_TOUCH;
        }
        String id = ids.of(carried);
        return id == null ? UNKNOWN : new Known.Somebody(new Identity(identity, Map.of("id", id), Map.of()));
    }

    @Override
    public CompletionStage<Known> ask(Carried.One carried, RequestHead request) {
        return CompletableFuture.completedStage(peek(carried, request));
    }

    @Override
    public void end(String hash) {
        ended.put(hash, true);
    }

    /** Nothing is known that could change. */
    @Override
    public void forgetAll() {}

    /** Nothing is known that could change. */
    @Override
    public void forget(List<String> claims) {}

    @Override
    public void hold(String hash, Duration length) {
        end(hash);
    }

    @Override
    public void hold(List<String> claims, Duration length) {}
}
