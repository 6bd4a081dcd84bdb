package dev.larder.store;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What keys the ids of opaque credentials where the operator has set no secret and others share the store: one that the
 * first of them made up, and that the store keeps. Any thread.
 *
 * <p>It is not known while the store has not told it since it was last reached: then nobody has an id, nothing is read
 * or stored under one, and a purge that names one purges them all. So no name of a group is ever made with another secret
 * than those who share the store use.
 */
public final class KeptSecret implements Supplier<byte @Nullable []> {

    private static final int BYTES = 32;

    private final String made;
    private volatile byte @Nullable [] now;

    /** The text of the last one that was known. */
    private volatile @Nullable String last;

    private byte @Nullable [] lastBytes;

    /** Makes one up, for a store that keeps none. */
    public KeptSecret() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        made = text(bytes);
    }

    /** The secret, the same array as long as it is the same; null while it is not known. */
    @Override
    public byte @Nullable [] get() {
        return now;
    }

    /** What the store is to keep if it keeps none: the one that it did keep, so that whoever knows that goes on. */
    public String proposed() {
        String known = last;
        return known == null ? made : known;
    }

    /** The store was reached anew, and may be another one. */
    public void forget() {
        now = null;
    }

    /** What came of a look into the store. */
    public enum Learnt {
        /** It keeps nothing that can be used. */
        NOTHING,
        /** The one that was known, or the first. */
        KNOWN,
        /** Another one: what was purged under ids of the former may be there under ids of this one. */
        ANOTHER
    }

    /**
     * The store keeps this.
     *
     * @param text of a secret; null where there is none
     */
    public synchronized Learnt learn(@Nullable String text) {
        String before = last;
        if (text != null && text.equals(before)) {
            now = lastBytes;
            return Learnt.KNOWN;
        }
        byte[] bytes = text == null ? null : bytes(text);
        now = bytes;
        if (bytes == null) {
            return Learnt.NOTHING;
        }
        last = text;
        lastBytes = bytes;
        return before == null ? Learnt.KNOWN : Learnt.ANOTHER;
    }

    private static byte @Nullable [] bytes(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return bytes.length == BYTES && text(bytes).equals(text) ? bytes : null;
        } catch (IllegalArgumentException garbage) {
            return null;
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "KeptSecret[" + (now == null ? "not known" : "known") + "]";
    }
}
