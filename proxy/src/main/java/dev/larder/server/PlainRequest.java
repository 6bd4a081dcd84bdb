package dev.larder.server;

import dev.larder.http.Fields;

/**
 * A GET in HTTP/1.1 without a body, after which its connection goes on, that nobody could read in another way. See
 * {@link PlainHead}.
 *
 * @param target in origin form
 * @param host the value of its one Host field
 * @param fields all field lines as they came
 */
record PlainRequest(String target, String host, Fields fields) {}
