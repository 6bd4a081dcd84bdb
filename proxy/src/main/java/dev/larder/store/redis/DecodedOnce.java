package dev.larder.store.redis;

import dev.larder.store.StoredPlace;
import dev.larder.store.StoredResponse;
import dev.larder.store.StoredResponseCodec;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * Decodes stored values. Lookups of one turn that ask for the same are answered with the same array, one after the other: so each
 * thread remembers the array that it has decoded last, and what it came to. Any thread.
 *
 * <p>Nothing is kept from being asked for by this: who has not just read this very array does not find it.
 */
final class DecodedOnce {

    /** A longer value is not held on to: one for each thread is. */
    private static final int LONGEST = 64 << 10;

    private record Decoded(StoredResponseCodec codec, byte[] value, StoredPlace place, StoredResponse response) {}

    private static final FastThreadLocal<Decoded> LAST = new FastThreadLocal<>();

    private final StoredResponseCodec codec;

    DecodedOnce(StoredResponseCodec codec) {
        this.codec = codec;
    }

    /** See {@link StoredResponseCodec#decode}; the array is never written after it has been read. */
    @Nullable
    StoredResponse decode(byte[] value, StoredPlace place) {
        Decoded last = LAST.getIfExists();
        if (last != null && last.value == value && last.codec == codec && last.place.equals(place)) {
            return last.response;
        }
        StoredResponse response = codec.decode(value, place);
        if (response != null && value.length <= LONGEST) {
            LAST.set(new Decoded(codec, value, place, response));
        }
        return response;
    }
}
