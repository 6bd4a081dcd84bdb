package dev.larder.store;

import dev.larder.http.StoredHead;

/**
 * A response as it is stored. Immutable; the array is never written after construction and is shared, not copied.
 *
 * @param keyText the full key, compared at lookup
 * @param head head, times and lifetimes, as the origin sent them
 * @param body the whole body, without transfer coding, in the content coding it came in, and in {@code coding} over that
 * @param fingerprint of the route's rule under which it was stored: another rule, a miss
 * @param epochs the tokens of its groups, read before its fetch began
 * @param coding in which larder keeps the body; the head says nothing of it
 * @param plainLength bytes of the body without {@code coding}
 */
public record StoredResponse(
        String keyText,
        StoredHead head,
        byte[] body,
        String fingerprint,
        Epochs epochs,
        BodyCoding coding,
        int plainLength) {

    /** With the body as it came. */
    public StoredResponse(String keyText, StoredHead head, byte[] body, String fingerprint, Epochs epochs) {
        this(keyText, head, body, fingerprint, epochs, BodyCoding.NONE, body.length);
    }

    /** The same body under what a validation has said of it. */
    public StoredResponse freshened(StoredHead by, String under, Epochs since) {
        return new StoredResponse(keyText, by, body, under, since, coding, plainLength);
    }

    /** The same, the body kept in a coding; as it is where that makes it no shorter. */
    public StoredResponse kept(BodyCoding in) {
        byte[] encoded = in.encode(body);
        return encoded.length < body.length
                ? new StoredResponse(keyText, head, encoded, fingerprint, epochs, in, body.length)
                : this;
    }

    /**
     * The body as it came.
     *
     * @throws IllegalArgumentException if what is kept cannot be read
     */
    public byte[] plainBody() {
        return coding.decode(body, plainLength);
    }
}
