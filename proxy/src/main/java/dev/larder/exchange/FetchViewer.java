package dev.larder.exchange;

import dev.larder.http.ResponseHead;
import dev.larder.relay.BodySink;
import dev.larder.store.StoredResponse;

/** Who gets the answer to a {@link Fetch} as it comes. All on the event loop of the fetch. */
interface FetchViewer {

    /** An interim answer. */
    void informational(ResponseHead head);

    /** The head; the body follows into {@link #sink()}, ended by {@link #whole} or {@link #broken}. */
    void head(ResponseHead head, Disposition how);

    /** Where the body goes. */
    BodySink sink();

    /** The answer is whole; {@code filling} says whether it is on its way to the store. */
    void whole(boolean filling);

    /** The answer was cut short after its head. */
    void broken();

    /** The origin says that a stored response still holds; {@code head} is what it comes to for this viewer. */
    void validated(StoredResponse response, ResponseHead head, Disposition.Validated how);

    /** Whether something stored may stand in for an origin that fails. */
    boolean hasStandIn();

    /** The origin failed before a head went out. */
    void failed(Disposition.Refused refused);
}
