package dev.larder.admin;

import dev.larder.exchange.Disposition.Miss;
import java.util.Locale;

/** Why the store had nothing fresh for a request that it could have answered. */
enum MissCause {
    /** Nothing is known of an answer under this key. */
    NOT_STORED_BEFORE,
    /** What was stored had come to the end of its lifetime. */
    EXPIRED,
    /** A purge had made it invalid. */
    PURGED,
    /** It was stored here and gone before its end: evicted, or purged and then dropped. */
    GONE_EARLY,
    /** Something is stored, for requests with other values of the fields that Vary names. */
    OTHER_VARIANT,
    /** Whose answer it is was not known when it was fetched. */
    VISITOR_UNKNOWN;

    /** Lower case with hyphens. */
    String token() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The cause of a miss.
     *
     * @param lifetimes what is remembered of the key
     */
    static MissCause of(Miss miss, String key, Lifetimes lifetimes) {
        return switch (miss.why()) {
            case STALE -> EXPIRED;
            case PURGED -> PURGED;
            case VARY_MISS -> OTHER_VARIANT;
            case MISS -> VISITOR_UNKNOWN;
            case URI_MISS ->
                switch (lifetimes.of(key)) {
                    case NOT_KNOWN -> NOT_STORED_BEFORE;
                    case OVER -> EXPIRED;
                    case GOING_ON -> GONE_EARLY;
                };
        };
    }
}
