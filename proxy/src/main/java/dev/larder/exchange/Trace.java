package dev.larder.exchange;

import dev.larder.http.Fields;

/**
 * One exchange as part of a distributed trace (W3C Trace Context), told of its steps while they are under way and of its
 * outcome at the end. On the event loop of the exchange; must not block. Parts may go on when the exchange is over.
 */
public interface Trace extends ExchangeListener {

    /** Of an exchange that nobody follows: remembers nothing, makes nothing. */
    Trace NONE = new Untraced();

    /** A step that takes time and is none of the origin's. */
    enum Step {
        /** The store is asked for a response and its epochs. */
        LOOKUP,
        /** Who the visitor is is asked, or waited for because another request has asked. */
        IDENTITY,
        /** Another request's fetch is waited for, here or in another sidecar. */
        COLLAPSED,
        /** What a write made invalid is purged, and all members of the store are told. */
        PURGE
    }

    /** A step under way. */
    @FunctionalInterface
    interface Part {

        /** It is over; said more than once it counts once. */
        void over();
    }

    /** A call on the origin under way. */
    interface Call {

        /** The fields that go to the origin in place of {@code fields}: its {@code traceparent} names this call. */
        Fields sent(Fields fields);

        /** The head of its answer has come. */
        void answered(int status);

        /** It is over, its answer whole. One of the three is said, once. */
        void ended();

        /** It is over without a whole answer; why is an error type of RFC 9209. */
        void failed(String why);

        /** It is over since nobody wants it any more. */
        void cancelled();
    }

    /** A step begins. */
    Part begin(Step step);

    /** The origin is about to be asked. */
    Call call(String method);
}
