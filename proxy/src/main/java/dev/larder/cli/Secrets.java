package dev.larder.cli;

import dev.larder.settings.Settings;
import dev.larder.store.KeptSecret;
import dev.larder.store.SecretKeys;
import dev.larder.store.StoredResponseCodec;
import java.security.SecureRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the setting {@code secret}, or its absence, means for those who need keys.
 *
 * @param credentials keys the hashes of credentials in this process
 * @param shared keys the ids of opaque credentials, which are part of names in the store; the same array as
 *     {@code credentials} but where the store keeps it
 * @param codec makes and checks stored values
 * @param kept learns from the store what it keeps; null where nobody asks it
 */
record Secrets(
        byte[] credentials,
        Supplier<byte @Nullable []> shared,
        StoredResponseCodec codec,
        @Nullable KeptSecret kept) {

    private static final int MADE_BYTES = 32;

    static Secrets of(Settings settings) {
        if (settings.secret().isPresent()) {
            SecretKeys keys = SecretKeys.of(settings.secret().get());
            byte[] credentials = keys.credentials();
            return new Secrets(
                    credentials,
                    () -> credentials,
                    settings.encrypt() ? StoredResponseCodec.encrypted(keys) : StoredResponseCodec.authenticated(keys),
                    null);
        }
        byte[] made = new byte[MADE_BYTES];
        new SecureRandom().nextBytes(made);
        if (settings.store().url().equals("memory")) {
            return new Secrets(made, () -> made, StoredResponseCodec.plain(), null);
        }
        KeptSecret kept = new KeptSecret();
        return new Secrets(made, kept, StoredResponseCodec.plain(), kept);
    }

    /** Without them. */
    @Override
    public String toString() {
        return "Secrets";
    }
}
