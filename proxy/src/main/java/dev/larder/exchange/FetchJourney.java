package dev.larder.exchange;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.policy.Reuse;
import dev.larder.policy.ReusePolicy;
import dev.larder.relay.BodySink;
import dev.larder.store.StoredResponse;
import io.netty.handler.codec.http.HttpContent;
import java.time.Duration;

/** FETCH and FILL of the visitor who caused a fetch: they see the answer as it comes. */
final class FetchJourney implements Journey, Fetch.Viewer {

    private final Exchange exchange;
    private final Fetch fetch;

    FetchJourney(Exchange exchange, Fetch fetch) {
        this.exchange = exchange;
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
        exchange.client().head(Answers.relayed(head, how));
    }

    @Override
    public BodySink sink() {
        return exchange.client();
    }

    @Override
    public void whole(boolean filling) {
        if (filling) {
            exchange.advance(ExchangeState.FILL);
        }
        exchange.answered();
    }

    @Override
    public void broken() {
        exchange.cutShort();
    }

    @Override
    public void validated(StoredResponse freshened, ResponseHead answer) {
        exchange.originAnswered();
        Reuse reuse = ReusePolicy.judge(
                freshened.head(),
                exchange.request(),
                true,
                exchange.services().clock().instant());
        Duration timeToLive = reuse instanceof Reuse.Fresh fresh ? fresh.timeToLive() : Duration.ZERO;
        Duration age = reuse instanceof Reuse.Fresh fresh ? fresh.age() : Duration.ZERO;
        exchange.hit(freshened, age, new Disposition.Hit(timeToLive, true));
    }

    @Override
    public boolean hasStandIn() {
        return exchange.hasStandIn(fetch.wanted().orElse(null));
    }

    @Override
    public void failed(Disposition.Refused refused) {
        exchange.rescue(fetch.wanted().orElse(null), refused);
    }

    @Override
    public void requestPiece(HttpContent piece) {
        // A request with a body is not cached, and never comes here.
        piece.release();
    }

    @Override
    public void requestEnded(Fields trailers) {}

    @Override
    public void clientWritable() {
        fetch.sinkWritable();
    }

    @Override
    public void clientGone() {
        fetch.detach();
        exchange.cutShort();
    }
}
