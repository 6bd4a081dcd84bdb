package dev.larder.plan;

import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.key.Identity;
import dev.larder.rules.Rules;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One route of a compiled rules file. Immutable, shared between threads. Skeleton. */
public final class RouteRule {

    private final Rules.Route rule;

    RouteRule(Rules.Route rule) {
        this.rule = rule;
    }

    /** The route's name, e.g. {@code admin:courses}. */
    public String name() {
        return rule.name().value();
    }

    /** What the file says: lifetimes, statuses, bounds. */
    public Rules.Route rule() {
        return rule;
    }

    /** Covers key, storage and the groups that all purges derive for the route: what another one stored is a miss. */
    public String fingerprint() {
        return "";
    }

    /**
     * The identity that must be known before {@link #derive}: where access or key use one. Empty where anybody is
     * answered alike.
     */
    public Optional<String> identity() {
        return Optional.empty();
    }

    /**
     * Whether a visitor who is known satisfies {@code access}; always true for a public route. To be asked on every
     * request, before any lookup.
     */
    public boolean allows(@Nullable Identity identity) {
        throw new UnsupportedOperationException("skeleton: " + identity);
    }

    /**
     * The key of this request for this visitor, and its groups.
     *
     * @param identity who asks; null exactly where {@link #identity()} is empty
     */
    public Plan.Derived derive(RequestHead request, @Nullable Identity identity) {
        throw new UnsupportedOperationException("skeleton: " + request + identity);
    }

    /**
     * The request as it is fetched to be stored: without Cookie and Authorization but for the identity's own credential,
     * without ignored query parameters, without conditional and Range fields. The order of what remains is kept.
     *
     * @param credential the field line that carries the identity's own credential and nothing else, or null
     */
    public RequestHead fetch(RequestHead request, java.util.Map.@Nullable Entry<String, String> credential) {
        throw new UnsupportedOperationException("skeleton: " + request + credential);
    }

    /** Whether {@code store-if} must see the body. */
    public boolean inspectsBody() {
        return false;
    }

    /** Whether the answer meets every condition of {@code store-if}; the body is whole, in its content coding. */
    public boolean storeIf(ResponseHead response, byte[] body) {
        throw new UnsupportedOperationException("skeleton: " + response + body.length);
    }
}
