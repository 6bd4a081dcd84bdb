package dev.larder.store;

import java.util.Map;

/**
 * The current tokens of some purge groups at one moment, read before a fetch began. A stored response is usable only
 * while each of its tokens is still the current one; a purge replaces tokens, so what was fetched before it can never
 * match, however late it is stored.
 *
 * @param incarnation of the server that gave the tokens: what another one held is a miss
 * @param tokens group name to token
 * @param change the route's change token, read after the others; renewed by every purge of any group of the route
 * @param held whether a hold stood on one of the groups: what is fetched now must not be stored
 */
public record Epochs(String incarnation, Map<String, String> tokens, String change, boolean held) {}
