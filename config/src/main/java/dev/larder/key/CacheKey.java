package dev.larder.key;

import java.util.SortedMap;

/**
 * The name of a stored response: {@code name:param:value:…} with the parameters sorted by name and every value escaped.
 * Two different requests never make one key, because a value can hold neither a colon nor an asterisk. Immutable.
 *
 * @param route the route's name
 * @param values parameter name to its escaped value, {@code !} where the request has none and there is no default
 * @param text the whole, e.g. {@code admin:courses:adminId:123:limit:5:page:1:search:javascript}
 */
public record CacheKey(String route, SortedMap<String, String> values, String text) {}
