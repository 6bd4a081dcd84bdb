package dev.larder.policy;

import dev.larder.http.StoredHead;

/** Whether a response is stored. */
public sealed interface Storage {

    /**
     * It is, once its body is complete.
     *
     * @param head as it is stored: with lifetimes, without the fields of one connection
     */
    record Store(StoredHead head) implements Storage {}

    /** It is not. */
    record Skip(SkipReason reason) implements Storage {}
}
