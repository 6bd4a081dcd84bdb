package dev.larder.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * HMAC-SHA-256 over first line, place and content: who does not know the key can neither make a value nor change or move
 * one.
 */
final class KeyedSeal implements Seal {

    private static final String HMAC = "HmacSHA256";
    private static final int DIGITS = 64;

    /** A Mac holds the state of one computation. */
    private final ThreadLocal<Mac> macs;

    KeyedSeal(SecretKeySpec key) {
        macs = ThreadLocal.withInitial(() -> {
            try {
                Mac mac = Mac.getInstance(HMAC);
                mac.init(key);
                return mac;
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("every Java platform has " + HMAC, impossible);
            }
        });
    }

    @Override
    public String kind() {
        return "hmac-sha256";
    }

    @Override
    public int wordLength() {
        return DIGITS;
    }

    @Override
    public int overhead() {
        return 0;
    }

    @Override
    public String close(byte[] value, int from, int length, String words, StoredPlace place) {
        Mac mac = macs.get();
        mac.update(place.octetsWith(words));
        mac.update(value, from, length);
        return HexFormat.of().formatHex(mac.doFinal());
    }

    @Override
    public @Nullable Content open(byte[] value, int from, int length, String word, String words, StoredPlace place) {
        String right = close(value, from, length, words, place);
        // In a time that does not tell how much of a guess was right.
        return MessageDigest.isEqual(octets(right), octets(word)) ? new Content(value, from) : null;
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
