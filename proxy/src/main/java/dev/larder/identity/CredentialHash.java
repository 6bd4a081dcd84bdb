package dev.larder.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keyed hash of credentials: HMAC-SHA-256 under one secret. Thread-safe; every thread has a Mac of its own, since
 * this is computed for every request that carries a credential.
 */
final class CredentialHash {

    private static final String ALGORITHM = "HmacSHA256";

    private final ThreadLocal<Mac> macs;

    /** Keyed by this secret, which is copied; it must not be empty. */
    CredentialHash(byte[] secret) {
        SecretKeySpec key = new SecretKeySpec(secret, ALGORITHM);
        macs = ThreadLocal.withInitial(() -> mac(key));
    }

    /** Lower-case hex over the identity's name and the credential, so that one value hashes differently for each. */
    String of(String identity, String credential) {
        Mac mac = macs.get();
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
