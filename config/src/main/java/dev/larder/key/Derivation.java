package dev.larder.key;

import java.util.Optional;

/** What {@link KeyDeriver} says of a request. */
public sealed interface Derivation {

    /** It has a key. */
    record Keyed(CacheKey key) implements Derivation {}

    /**
     * It has none.
     *
     * @param reason why
     * @param detail what it was about: the name of a key parameter, or that of a query parameter that the key does not
     *     name, escaped as in keys and cut to a length that fits a field; never a value
     */
    record Refused(BypassReason reason, Optional<String> detail) implements Derivation {}
}
