package dev.larder.policy;

import java.time.Duration;

/** Whether a stored response may answer a request. */
public sealed interface Reuse {

    /**
     * It may answer.
     *
     * @param age current age (RFC 9111 section 4.2.3), for the Age field
     * @param timeToLive how long it stays fresh, above zero
     */
    record Fresh(Duration age, Duration timeToLive) implements Reuse {}

    /**
     * It is stale and may answer only in the windows that are open, of which at least one is.
     *
     * @param age current age, for the Age field
     * @param whileRevalidate it may answer at once while it is fetched anew (RFC 5861 section 3), or because the client
     *     takes stale responses (RFC 9111 section 5.2.1.2)
     * @param ifError it may answer where the origin fails (RFC 5861 section 4)
     * @param staleness for how long it has been stale
     */
    record Stale(Duration age, boolean whileRevalidate, boolean ifError, Duration staleness) implements Reuse {}

    /**
     * It must be validated, or fetched anew, before it may answer.
     *
     * @param age current age
     * @param ifError it may answer all the same where the origin fails
     */
    record Validate(Duration age, boolean ifError) implements Reuse {}

    /**
     * It was stored for other request fields than these (RFC 9111 section 4.1).
     *
     * @param why name of the first field that differs, in lower case; {@code *} where nothing ever matches
     */
    record Mismatch(String why) implements Reuse {}
}
