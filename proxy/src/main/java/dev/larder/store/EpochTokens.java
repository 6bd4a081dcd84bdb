package dev.larder.store;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes tokens that no two purges ever share, in this process or another. Thread-safe. */
public final class EpochTokens {

    /** 96 bits: among a million tokens, two are equal with a chance of less than 2^-56. */
    private static final int TOKEN_BYTES = 12;

    private static final SecureRandom RANDOM = new SecureRandom();

    private EpochTokens() {}

    /** A new token: 16 characters of base64url. */
    public static String next() {
        byte[] bytes = new byte[TOKEN_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
