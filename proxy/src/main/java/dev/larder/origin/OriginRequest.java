package dev.larder.origin;

import dev.larder.http.Fields;

/**
 * A request as it goes to the origin.
 *
 * @param method e.g. GET
 * @param target the raw request target
 * @param fields all fields but those that frame the message
 * @param body how its body is framed
 */
public record OriginRequest(String method, String target, Fields fields, Body body) {

    /** How a body is framed. */
    public sealed interface Body {

        /** There is none. */
        record None() implements Body {}

        /** So many bytes. */
        record Length(long bytes) implements Body {}

        /** Chunks. */
        record Chunked() implements Body {}
    }

    /** A request without a body. */
    public static OriginRequest bodiless(String method, String target, Fields fields) {
        return new OriginRequest(method, target, fields, new Body.None());
    }

    /** Whether it may be sent again on another connection (RFC 9110 section 9.2.2). */
    boolean isRepeatable() {
        return body instanceof Body.None && (method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS"));
    }
}
