package dev.larder.identity;

import org.jspecify.annotations.Nullable;

/**
 * Credentials that were hashed lately, so that a visitor's next request need not have theirs hashed again. It keeps no
 * credential: one is known by a tag of 128 bits, SipHash-2-4 under a key that nobody else has, and two with the same tag
 * cannot be found without that key. What it remembers is the keyed hash that always belongs to a credential, never whose
 * it is or whether it is still good. Of bounded size: a newcomer takes the place of another. One thread's own.
 */
final class CredentialMemo {

    private static final int SETS = 1024;

    /** Places where one may be: with a single one, a few hundred visitors would already push each other out. */
    private static final int WAYS = 4;

    private final long key0;
    private final long key1;
    private final long[] tags = new long[2 * SETS * WAYS];
    private final @Nullable Credential[] credentials = new Credential[SETS * WAYS];

    /** The tag of what was looked for last. */
    private long tag0;

    private long tag1;

    // The state of SipHash.
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    /** An empty one under this key. */
    CredentialMemo(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** What the credential is known as, or null; ISO-8859-1. */
    @Nullable
    Credential find(String identity, String credential) {
        tag(credential);
        int set = set();
        for (int place = set; place < set + WAYS; place++) {
            Credential known = credentials[place];
            if (known != null
                    && ((tags[2 * place] ^ tag0) | (tags[2 * place + 1] ^ tag1)) == 0
                    && known.identity().equals(identity)) {
                return known;
            }
        }
        return null;
    }

    /** Remembers what {@link #find} has just looked for in vain, in the place of what has been there longest. */
    void remember(Credential credential) {
        int set = set();
        System.arraycopy(tags, 2 * set, tags, 2 * set + 2, 2 * (WAYS - 1));
        System.arraycopy(credentials, set, credentials, set + 1, WAYS - 1);
        tags[2 * set] = tag0;
        tags[2 * set + 1] = tag1;
        credentials[set] = credential;
    }

    /** The first of the places. */
    private int set() {
        return WAYS * ((int) tag0 & (SETS - 1));
    }

    /** SipHash-2-4 with an output of 128 bits. */
    private void tag(String text) {
        v0 = key0 ^ 0x736f6d6570736575L;
        v1 = key1 ^ 0x646f72616e646f6dL ^ 0xee;
        v2 = key0 ^ 0x6c7967656e657261L;
        v3 = key1 ^ 0x7465646279746573L;
        int length = text.length();
        int at = 0;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            mix(word(text, at, Long.BYTES));
        }
        mix(word(text, at, length - at) | (long) length << 56);
        v2 ^= 0xee;
        finish();
        tag0 = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        finish();
        tag1 = v0 ^ v1 ^ v2 ^ v3;
    }

    private static long word(String text, int from, int length) {
        long word = 0;
        for (int i = 0; i < length; i++) {
            word |= (text.charAt(from + i) & 0xffL) << (Byte.SIZE * i);
        }
        return word;
    }

    private void mix(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private void finish() {
        round();
        round();
        round();
        round();
    }

    private void round() {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }

    /** The two halves of a text's tag, for tests against known answers. */
    long[] tagOf(String text) {
        tag(text);
        return new long[] {tag0, tag1};
    }
}
