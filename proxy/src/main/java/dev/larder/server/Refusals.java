package dev.larder.server;

import dev.larder.exchange.Disposition;
import dev.larder.exchange.ExchangeListener;
import dev.larder.exchange.Outcome;
import dev.larder.exchange.RefusalReason;
import dev.larder.exchange.Tracing;
import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.Target;
import java.time.Duration;
import java.util.Optional;

/** Tells of requests that were refused before they became exchanges. Any thread. */
final class Refusals {

    /** What is told of such a request: nothing of it is known to be what it seems. */
    private static final RequestHead UNREAD = new RequestHead("-", Target.parse("/"), "http", "-", Fields.EMPTY);

    private Refusals() {}

    /** The one outcome of a request that was answered so; a trace it may begin, but none that it names is followed. */
    static void tell(ExchangeListener listener, Tracing tracing, RefusalReason why, int status, long bodyBytes) {
        Outcome outcome = new Outcome(
                UNREAD,
                Optional.empty(),
                new Disposition.Rejected(why),
                status,
                Duration.ZERO,
                Optional.empty(),
                bodyBytes,
                null,
                null,
                false);
        listener.ended(outcome);
        tracing.begin(UNREAD).ended(outcome);
    }
}
