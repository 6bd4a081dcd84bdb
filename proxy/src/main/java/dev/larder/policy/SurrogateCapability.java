package dev.larder.policy;

import dev.larder.http.RequestHead;

/**
 * Tells the origin that its Surrogate-Control is understood (W3C Edge Architecture note, section 2). Pure. Only lifetimes
 * are: nothing is promised that would make an origin send markup for a surrogate to put together.
 */
public final class SurrogateCapability {

    /** By what name Surrogate-Control aims at larder. */
    static final String DEVICE = "larder";

    private static final String FIELD = "Surrogate-Capability";

    private SurrogateCapability() {}

    /** The request with larder's capability in place of whatever a client has made up. */
    public static RequestHead announced(RequestHead request) {
        return request.withFields(request.fields().without((name, value) -> name.equalsIgnoreCase(FIELD)).toBuilder()
                .add(FIELD, DEVICE + "=\"Surrogate/1.0\"")
                .build());
    }
}
