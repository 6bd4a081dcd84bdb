package dev.larder.key;

import java.util.Locale;

/**
 * Why a request is not answered from the cache. One constant a reason, and its token is the same everywhere: the {@code
 * bypass} of {@code tests:}, the {@code detail} of Cache-Status (RFC 9211), the tag of a metric.
 */
public enum BypassReason {
    /** No route matches. */
    NO_ROUTE,
    /** Not GET or HEAD, and no purge rule concerns it. */
    METHOD,
    /** The path can be read in more than one way. */
    AMBIGUOUS_PATH,
    /** The query can be read in more than one way, or a named parameter is repeated. */
    AMBIGUOUS_QUERY,
    /** A query parameter that the rule neither names nor ignores. */
    UNNAMED_QUERY_PARAMETER,
    /** A key value that is not of its type. */
    KEY_TYPE,
    /** A key value outside its bounds. */
    KEY_BOUNDS,
    /** A field or cookie of the key is there more than once. */
    AMBIGUOUS_FIELD,
    /** The request has a body. */
    REQUEST_BODY,
    /** A field is there that backends trust and caches leave out of the key. */
    UNKEYED_FIELD,
    /** A Range that is not served from storage. */
    RANGE,
    /** Nobody is known to ask, on a route for somebody. */
    NO_CREDENTIAL,
    /** The credential can be read in more than one way. */
    AMBIGUOUS_CREDENTIAL,
    /** The visitor's identity is not known yet. */
    IDENTITY_UNKNOWN,
    /** The credential belongs to nobody. */
    NO_IDENTITY,
    /** The identity lacks a claim that the key uses. */
    IDENTITY_CLAIM,
    /** The identity is not one that the rule allows. */
    ACCESS,
    /** A credential is there that the rule does not speak of. */
    CREDENTIAL,
    /** The rule's lifetime is 0. */
    TTL_ZERO,
    /** The key was found not storable a short while ago. */
    NOT_STORABLE,
    /** Collapsing was waited for long enough. */
    COLLAPSE_TIMEOUT,
    /** The store could not say what it holds. */
    STORE_UNAVAILABLE,
    /** A write of unknown outcome may just have changed it. */
    HOLD,
    /** An operator has switched the cache off. */
    SWITCHED_OFF,
    /** The route has been found not to be what its rule says. */
    QUARANTINE,
    /** The cache is tried without serving from it. */
    OBSERVING,
    /** A write. */
    WRITE,
    /** An upgrade to another protocol. */
    UPGRADE;

    private final String token = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** Lower case with hyphens, e.g. {@code unnamed-query-parameter}. */
    public String token() {
        return token;
    }
}
