package dev.larder.plan;

import dev.larder.key.BypassReason;

/** Each reason for not caching in words, and what to do about it: the most frequent question that a cache is asked. */
final class BypassAdvice {

    private BypassAdvice() {}

    static String of(BypassReason reason) {
        return switch (reason) {
            case NO_ROUTE -> "no route's template matches the path; add a route, or leave it to the backend";
            case METHOD -> "only GET and HEAD are answered from the cache, and no purge rule speaks of this request";
            case AMBIGUOUS_PATH -> "servers read this path in different ways; ask for it in its plain spelling";
            case AMBIGUOUS_QUERY ->
                "servers read this query in different ways, or a parameter is there twice; send each once, plainly"
                        + " encoded, or give it many: sorted";
            case UNNAMED_QUERY_PARAMETER ->
                "the route neither names nor ignores this query parameter; add it to key, or to query.ignore if the"
                        + " answer does not depend on it";
            case KEY_TYPE -> "the value is not of the parameter's type; send one that is, or change type";
            case KEY_BOUNDS ->
                "the value is outside the parameter's min and max; widen them if such requests are usual";
            case AMBIGUOUS_FIELD -> "a field or cookie of the key is there more than once; send it once";
            case REQUEST_BODY -> "a GET with a body is not cached: the body would not be in the key";
            case UNKEYED_FIELD ->
                "backends trust this field and it is not in the key; keep it from the request, or add it to key";
            case RANGE -> "no whole is stored that the part could be cut from; ask for the whole once";
            case NO_CREDENTIAL ->
                "the route is for known visitors and the request carries no credential; sign in, or"
                        + " give claims with --as";
            case AMBIGUOUS_CREDENTIAL ->
                "the credential is there twice or in an unusual form, which servers read in different ways";
            case IDENTITY_UNKNOWN ->
                "the backend has not said yet who the visitor is, and the next request may be cached; rules alone cannot"
                        + " tell whose a credential is, so give claims with --as";
            case NO_IDENTITY -> "the backend says that the credential belongs to nobody";
            case IDENTITY_CLAIM -> "the visitor lacks the claim that the key uses; see claims of the identity";
            case ACCESS -> "the visitor does not satisfy the route's access; the backend answers";
            case CREDENTIAL ->
                "the request carries a credential and the route says nothing about it; say access: public if the answer"
                        + " is the same for everybody";
            case TTL_ZERO -> "the route's ttl is 0; give it a lifetime";
            case NOT_STORABLE -> "an answer for this key was found not storable a short while ago";
            case COLLAPSE_TIMEOUT -> "the request waited long enough for another one that asks the same";
            case STORE_UNAVAILABLE -> "the store did not say what it holds; see /status on the admin address";
            case HOLD ->
                "a write whose outcome is unknown may just have changed it; it is stored again after unknown-outcome-hold";
            case SWITCHED_OFF -> "the cache is switched off in this sidecar; larder bypass off switches it on";
            case QUARANTINE ->
                "the backend answered visitors differently on a public route; see /api/observed on the admin address";
            case OBSERVING -> "the sidecar runs with observe: everything is forwarded and compared";
            case WRITE -> "a write is answered by the backend";
            case UPGRADE -> "an upgrade to another protocol is passed through";
        };
    }
}
