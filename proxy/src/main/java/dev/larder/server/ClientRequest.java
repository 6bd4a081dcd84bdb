package dev.larder.server;

import dev.larder.http.RequestHead;
import dev.larder.origin.OriginRequest;

/**
 * A request as it is passed on, and what its connection needs to know of it.
 *
 * @param head as it is forwarded: connection fields gone, those that a proxy owns overwritten
 * @param body how its body is framed
 * @param http10 whether the visitor speaks HTTP/1.0, which knows no chunks and no interim answers
 * @param expectsContinue whether the visitor waits for 100 before sending the body
 */
record ClientRequest(RequestHead head, OriginRequest.Body body, boolean http10, boolean expectsContinue) {

    boolean hasBody() {
        return !(body instanceof OriginRequest.Body.None);
    }
}
