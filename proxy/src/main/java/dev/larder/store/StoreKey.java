package dev.larder.store;

import dev.larder.http.Fields;
import dev.larder.key.CacheKey;

/**
 * Under what a response is stored and looked up: the key, and what chooses between the responses that share its text.
 *
 * @param key the key; its text is the name in the store
 * @param site scheme and authority, e.g. {@code https://courses.example}, so that two sites never share a response
 * @param requestFields the visitor's field lines, of which a stored response's Vary chooses (RFC 9111 section 4.1)
 */
public record StoreKey(CacheKey key, String site, Fields requestFields) {}
