package dev.larder.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.HexFormat;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keyed hash of credentials: HMAC-SHA-256 under one secret, by which sidecars of one store tell each other of a
 * credential as well. Thread-safe; every thread has a Mac of its own, and remembers what it hashed lately, since this is
 * asked for every request that carries a credential.
 */
final class CredentialHash {

    private static final String ALGORITHM = "HmacSHA256";

    /** From what the key of the memos is made: no credential is hashed without a zero before it. */
    private static final byte[] MEMO = "memo".getBytes(StandardCharsets.US_ASCII);

    private record Keyed(byte[] secret, ThreadLocal<OfThread> threads) {}

    private record OfThread(Mac mac, CredentialMemo memo) {}

    private final Supplier<byte @Nullable []> shared;

    /** The secret in use: the shared one that was known last. */
    private volatile Keyed keyed;

    /** Keyed by this secret, which is copied; it must not be empty. */
    CredentialHash(byte[] secret) {
        this(secret, () -> null);
    }

    /**
     * Keyed by a secret that sidecars share, once that is known.
     *
     * @param own copied, in use until then
     * @param shared each time the same array as long as it is the same secret; null while it is not known
     */
    CredentialHash(byte[] own, Supplier<byte @Nullable []> shared) {
        this.shared = shared;
        this.keyed = keyed(own);
    }

    private static Keyed keyed(byte[] secret) {
        SecretKeySpec key = new SecretKeySpec(secret, ALGORITHM);
        return new Keyed(secret, ThreadLocal.withInitial(() -> ofThread(key)));
    }

    private static OfThread ofThread(SecretKeySpec key) {
        Mac mac = mac(key);
        ByteBuffer keys = ByteBuffer.wrap(mac.doFinal(MEMO));
        return new OfThread(mac, new CredentialMemo(keys.getLong(), keys.getLong()));
    }

    /** The credential as it is known. */
    Credential credential(String identity, String credential) {
        OfThread own = keyed().threads.get();
        Credential known = own.memo.find(identity, credential);
        if (known == null) {
            known = new Credential(identity, hash(own.mac, identity, credential));
            own.memo.remember(known);
        }
        return known;
    }

    /** Lower-case hex over the identity's name and the credential, so that one value hashes differently for each. */
    String of(String identity, String credential) {
        return hash(keyed().threads.get().mac, identity, credential);
    }

    private Keyed keyed() {
        byte[] known = shared.get();
        Keyed now = keyed;
        if (known != null && known != now.secret) {
            now = keyed(known);
            keyed = now;
        }
        return now;
    }

    private static String hash(Mac mac, String identity, String credential) {
        mac.update(identity.getBytes(StandardCharsets.UTF_8));
        mac.update((byte) 0);
        return HexFormat.of().formatHex(mac.doFinal(credential.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static Mac mac(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (InvalidKeyException impossible) {
            throw new IllegalStateException("a key for " + ALGORITHM + " that is no such key", impossible);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(ALGORITHM + " is missing, which every Java platform must have", missing);
        }
    }
}
