package dev.larder.policy;

import java.util.Locale;

/** Why a response is not stored. Its token is the same in Cache-Status, metrics and logs. */
public enum SkipReason {
    /** Not the answer to a GET. */
    METHOD(false),
    /** A status that the rule does not store. */
    STATUS(true),
    /** Part of a representation: 206, or what may be one by its Content-Range. */
    PARTIAL(true),
    /** A redirect, 401 or 403 to one visitor of a route that knows its visitors: theirs alone. */
    VISITOR_REFUSED(false),
    /** The request says {@code Cache-Control: no-store}. */
    REQUEST_NO_STORE(false),
    /** The request was sent with Authorization, of which the rule knows nothing. */
    AUTHORIZATION(false),
    /** The response says {@code no-store}. */
    NO_STORE(true),
    /** The response says {@code private}, with field names or without. */
    PRIVATE(true),
    /** The response says {@code no-cache}, with field names or without, and has nothing to validate it by. */
    NO_CACHE(true),
    /** The response sets a cookie. */
    SET_COOKIE(true),
    /** {@code Vary: *}. */
    VARY_STAR(true),
    /** Vary names Cookie or Authorization. */
    VARY_CREDENTIAL(true),
    /** The lifetime is 0 and nothing else could make it useful. */
    TTL_ZERO(true),
    /** The response gives no lifetime, and none may be guessed. */
    NO_LIFETIME(true);

    private final boolean aboutKey;
    private final String token = name().toLowerCase(Locale.ROOT).replace('_', '-');

    SkipReason(boolean aboutKey) {
        this.aboutKey = aboutKey;
    }

    /** Lower case with hyphens, e.g. {@code vary-star}. */
    public String token() {
        return token;
    }

    /**
     * Whether the reason says something about the key, so that others who ask for it need not wait for each other; if
     * not, it is about this one request or visitor.
     */
    public boolean aboutKey() {
        return aboutKey;
    }
}
