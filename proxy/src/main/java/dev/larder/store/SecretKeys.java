package dev.larder.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys that come of one secret, a separate one for each use (HKDF by HMAC-SHA-256, RFC 5869), so that what one of
 * them gives away says nothing of the others. Immutable; any thread.
 */
public final class SecretKeys {

    private static final String HMAC = "HmacSHA256";
    private static final byte[] SALT = octets("larder/1");

    private final byte[] credentials;
    private final byte[] authentication;
    private final byte[] encryption;

    private SecretKeys(byte[] extracted) {
        this.credentials = expand(extracted, "hashes of credentials");
        this.authentication = expand(extracted, "authentication of stored values");
        this.encryption = expand(extracted, "encryption of stored values");
    }

    /** Of the setting {@code secret}; equal texts make equal keys, in whatever process. */
    public static SecretKeys of(String secret) {
        return new SecretKeys(hmac(SALT, octets(secret)));
    }

    /** For hashes of credentials: 32 bytes, a copy. */
    public byte[] credentials() {
        return credentials.clone();
    }

    SecretKeySpec authentication() {
        return new SecretKeySpec(authentication, HMAC);
    }

    SecretKeySpec encryption() {
        return new SecretKeySpec(encryption, "AES");
    }

    /** RFC 5869 section 2.3, for the 32 bytes that its first round gives. */
    private static byte[] expand(byte[] extracted, String info) {
        byte[] input = octets(info);
        byte[] first = Arrays.copyOf(input, input.length + 1);
        first[input.length] = 1;
        return hmac(extracted, first);
    }

    private static byte[] hmac(byte[] key, byte[] input) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(input);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has " + HMAC, impossible);
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
