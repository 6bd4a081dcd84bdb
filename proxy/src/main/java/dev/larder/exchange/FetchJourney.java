package dev.larder.exchange;

import dev.larder.http.ResponseHead;
import dev.larder.relay.BodySink;
import dev.larder.store.StoredResponse;

/** FETCH and FILL of the visitor who caused a fetch: they see the answer as it comes. */
final class FetchJourney implements Journey, FetchViewer {

    private final RouteRead read;
    private final Exchange exchange;
    private final Fetch fetch;

    FetchJourney(RouteRead read, Fetch fetch) {
        this.read = read;
        this.exchange = read.exchange();
        this.fetch = fetch;
        fetch.viewedBy(this);
        exchange.originAsked();
    }

    @Override
    public void informational(ResponseHead head) {
        exchange.client().informational(head);
    }

    @Override
    public void head(ResponseHead head, Disposition how) {
        exchange.originAnswered();
        exchange.disposed(how);
        // What is stored may be compressed for the next one who asks.
        boolean mayVary = !exchange.services().trial().isObserving()
                && read.visitor().route().isCompressed()
                && BodyKeeper.isTransformable(head.fields());
        exchange.client().head(Answers.relayed(mayVary ? Representation.varying(head) : head, how));
    }

    @Override
    public BodySink sink() {
        return exchange.client();
    }

    @Override
    public void whole(boolean filling) {
        exchange.guarded(() -> {
            if (filling) {
                exchange.advance(ExchangeState.FILL);
            }
            exchange.answered();
        });
    }

    @Override
    public void broken() {
        exchange.cutShort();
    }

    @Override
    public void validated(StoredResponse response, ResponseHead head, Disposition.Validated how) {
        exchange.originAnswered();
        exchange.guarded(() -> read.validated(response, head, how));
    }

    @Override
    public boolean hasStandIn() {
        return read.hasStandIn(fetch.wanted().orElse(null));
    }

    @Override
    public void failed(Disposition.Refused refused) {
        exchange.guarded(() -> read.rescue(fetch.wanted().orElse(null), refused));
    }

    @Override
    public void clientWritable() {
        fetch.sinkWritable();
    }

    @Override
    public void clientGone() {
        fetch.detach();
        exchange.cutShort();
    }

    @Override
    public void abandon() {
        fetch.cancel();
    }
}
