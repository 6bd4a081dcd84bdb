package dev.larder.identity;

import dev.larder.identity.IdentityResolver.Carried;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The ids of opaque credentials: hashes under a secret that all who share a store have, since the names of stored
 * responses and of purge groups are made of them. Without a secret of the operator's it may become known late, and may
 * change. Any thread.
 */
final class OpaqueIds {

    private final byte[] own;
    private final Supplier<byte @Nullable []> shared;

    /** The hash under the shared secret of the moment at which it was last another one. */
    private volatile @Nullable Made made;

    private record Made(byte[] secret, CredentialHash hash) {}

    /**
     * Ids under a shared secret.
     *
     * @param own the secret under which credentials are hashed anyway
     * @param shared each time the same array as long as it is the same secret; null while it is not known
     */
    OpaqueIds(byte[] own, Supplier<byte @Nullable []> shared) {
        this.own = own;
        this.shared = shared;
    }

    /** The id, or null while the secret is not known. */
    @Nullable
    String of(Carried.One carried) {
        byte[] secret = shared.get();
        if (secret == null) {
            return null;
        }
        if (secret == own) {
            return carried.credential().hash();
        }
        Made now = made;
        if (now == null || now.secret != secret) {
            now = new Made(secret, new CredentialHash(secret));
            made = now;
        }
        return now.hash.of(carried.credential().identity(), carried.line().getValue());
    }
}
