package dev.larder.identity;

import dev.larder.http.RequestHead;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * JWTs, verified here. A verified token is kept by its hash until it expires, so that its signature is computed once. A
 * token that fails, for whatever reason, belongs to nobody: the backend answers. While this process may not have heard of
 * all that was ended, nobody is known.
 */
final class TokenIdentities implements IdentitySource {

    private static final Known NOBODY = new Known.Nobody();
    private static final String BEARER = "Bearer ";

    private static final Known OUT_OF_TOUCH = new Known.Unknown("out-of-touch");

    private static final Known KEYS_UNAVAILABLE = new Known.Unknown("keys-unavailable");

    /**
     * A token that was verified.
     *
     * @param by the keys of a URL that it was verified by: others, and it is verified anew; null where keys never change
     */
    private record Verified(
            Known.Somebody somebody,
            Instant until,
            @Nullable Object by) {}

    private final TokenVerifier verifier;
    private final InstantSource clock;
    private final BooleanSupplier inTouch;
    private final BoundedTable<String, Verified> verified;

    /** Tokens that an {@code end:} request ended although they have not expired. */
    private final BoundedTable<String, Boolean> ended;

    TokenIdentities(TokenVerifier verifier, InstantSource clock, int bound, BooleanSupplier inTouch) {
        this.inTouch = inTouch;
        this.verifier = verifier;
        this.clock = clock;
        this.verified = new BoundedTable<>(bound, token -> !clock.instant().isBefore(token.until), token -> {});
        this.ended = new BoundedTable<>(bound, value -> false, value -> {});
    }

    /** Null where keys have to be fetched first. */
    @Override
    public @Nullable Known peek(Carried.One carried, RequestHead request) {
        RemoteKeys remote = verifier.remote();
        if (remote != null) {
            remote.renewIfOld();
        }
        if (!inTouch.getAsBoolean()) {
            return OUT_OF_TOUCH;
        }
        Known known = known(carried);
        return needsFetch(known, carried) ? null : known;
    }

    /** By the keys that are here. */
    private Known known(Carried.One carried) {
        String hash = carried.credential().hash();
        if (ended.get(hash) != null) {
            return NOBODY;
        }
        Instant now = clock.instant();
        Object keys = keys();
        Verified known = verified.get(hash);
        if (known != null && now.isBefore(known.until) && known.by == keys) {
            return known.somebody;
        }
        Optional<TokenVerifier.Token> token = verifier.verify(tokenIn(carried.line()), now);
        if (token.isEmpty()) {
            return keys == null && verifier.remote() != null ? KEYS_UNAVAILABLE : NOBODY;
        }
        Known.Somebody somebody = new Known.Somebody(token.get().identity());
        verified.put(hash, new Verified(somebody, token.get().until(), keys));
        return somebody;
    }

    private @Nullable Object keys() {
        RemoteKeys remote = verifier.remote();
        RemoteKeys.Held held = remote == null ? null : remote.held();
        return held == null ? null : held.keys();
    }

    private boolean needsFetch(Known known, Carried.One carried) {
        RemoteKeys remote = verifier.remote();
        return remote != null
                && !(known instanceof Known.Somebody)
                && ended.get(carried.credential().hash()) == null
                && verifier.neededKey(tokenIn(carried.line()), clock.instant())
                        .filter(remote::mayHelp)
                        .isPresent();
    }

    /**
     * In Authorization as everybody writes it, {@code Bearer TOKEN}: in another spelling it would be a token that {@link
     * #end} has not seen, and one that a strict backend refuses. None is as good as one that does not hold.
     */
    private static String tokenIn(Map.Entry<String, String> line) {
        String value = line.getValue();
        if (line.getKey().equalsIgnoreCase("cookie")) {
            return value.substring(value.indexOf('=') + 1);
        }
        if (value.startsWith(BEARER)) {
            return value.substring(BEARER.length());
        }
        return line.getKey().equalsIgnoreCase("authorization") ? "" : value;
    }

    @Override
    public CompletionStage<Known> ask(Carried.One carried, RequestHead request) {
        RemoteKeys remote = verifier.remote();
        if (!inTouch.getAsBoolean()) {
            return CompletableFuture.completedStage(OUT_OF_TOUCH);
        }
        Known known = known(carried);
        return remote != null && needsFetch(known, carried)
                ? remote.renewed().thenApply(fetched -> inTouch.getAsBoolean() ? known(carried) : OUT_OF_TOUCH)
                : CompletableFuture.completedStage(known);
    }

    @Override
    public void end(String hash) {
        ended.put(hash, true);
        verified.remove(hash);
    }

    /** A token says of itself what it says: there is nothing to ask anew. */
    @Override
    public void forgetAll() {}

    /** A token says of itself what it says: there is nothing to ask anew. */
    @Override
    public void forget(List<String> claims) {}

    @Override
    public void hold(String hash, Duration length) {
        end(hash);
    }

    @Override
    public void hold(List<String> claims, Duration length) {}
}
