package dev.larder.server;

import dev.larder.http.Fields;

/**
 * A request to the admin address.
 *
 * @param path without the query
 * @param query without the question mark, not decoded
 * @param body whole, bounded
 * @param from the address that it came from
 */
public record AdminRequest(String method, String path, String query, Fields fields, byte[] body, String from) {}
