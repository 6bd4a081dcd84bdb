package dev.larder.store;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM over the content, with first line and place as what is authenticated beside it. Its word is the nonce: 96
 * random bits, of which two are equal among the first 2^32 values under one secret with a chance of 2^-33.
 */
final class EncryptedSeal implements Seal {

    private static final String GCM = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;

    private static final HexFormat HEX = HexFormat.of();
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A Cipher holds the state of one computation. */
    private static final ThreadLocal<Cipher> CIPHERS = ThreadLocal.withInitial(() -> {
        try {
            return Cipher.getInstance(GCM);
        } catch (GeneralSecurityException impossible) {
            throw missing(impossible);
        }
    });

    private final SecretKeySpec key;

    EncryptedSeal(SecretKeySpec key) {
        this.key = key;
    }

    @Override
    public String kind() {
        return "aes-256-gcm";
    }

    @Override
    public int wordLength() {
        return 2 * NONCE_BYTES;
    }

    @Override
    public int overhead() {
        return TAG_BYTES;
    }

    @Override
    public String close(byte[] value, int from, int length, String words, StoredPlace place) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            int unused = cipher(Cipher.ENCRYPT_MODE, nonce, words, place).doFinal(value, from, length, value, from);
        } catch (GeneralSecurityException impossible) {
            throw missing(impossible);
        }
        return HEX.formatHex(nonce);
    }

    @Override
    public @Nullable Content open(byte[] value, int from, int length, String word, String words, StoredPlace place) {
        try {
            byte[] nonce = HEX.parseHex(word);
            if (!HEX.formatHex(nonce).equals(word)) {
                return null;
            }
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, nonce, words, place);
            return new Content(cipher.doFinal(value, from, length + TAG_BYTES), 0);
        } catch (AEADBadTagException | IllegalArgumentException changed) {
            return null;
        } catch (GeneralSecurityException impossible) {
            throw missing(impossible);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String words, StoredPlace place) throws GeneralSecurityException {
        Cipher cipher = CIPHERS.get();
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
        cipher.updateAAD(place.octetsWith(words));
        return cipher;
    }

    private static IllegalStateException missing(GeneralSecurityException impossible) {
        return new IllegalStateException("every Java platform has " + GCM, impossible);
    }
}
