package dev.larder.store;

import dev.larder.http.StoredHead;

/**
 * A response as it is stored. Immutable; the array is never written after construction and is shared, not copied.
 *
 * @param keyText the full key, compared at lookup
 * @param head head, times and lifetimes
 * @param body the whole body, without transfer coding, in the content coding it came in
 * @param fingerprint of the route's rule under which it was stored: another rule, a miss
 * @param epochs the tokens of its groups, read before its fetch began
 */
public record StoredResponse(String keyText, StoredHead head, byte[] body, String fingerprint, Epochs epochs) {}
