package dev.larder.identity;

import dev.larder.http.RequestHead;
import dev.larder.identity.IdentityResolver.Carried;
import org.jspecify.annotations.Nullable;

/**
 * A credential at one site: a backend may serve several, and see a visitor differently on each.
 *
 * @param hash of the credential
 * @param site authority, and what else tells sites apart
 */
record VisitorKey(String hash, String site) {

    static VisitorKey of(Carried.One carried, RequestHead request) {
        String beyond = request.site();
        // No authority holds a slash.
        String site = beyond.isEmpty() ? request.authority() : request.authority() + '/' + beyond;
        return new VisitorKey(carried.credential().hash(), site);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VisitorKey key && hash.equals(key.hash) && site.equals(key.site);
    }

    @Override
    public int hashCode() {
        return 31 * site.hashCode() + hash.hashCode();
    }
}
