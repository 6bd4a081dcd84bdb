package dev.larder.exchange;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.origin.OriginCall;
import dev.larder.origin.OriginFailure;
import dev.larder.origin.OriginListener;
import dev.larder.origin.OriginPool;
import dev.larder.origin.OriginRequest;
import dev.larder.policy.Comparison;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request in the background whose answer is compared with a stored response and dropped: it stores nothing, renews
 * nothing, and is nobody's hit or miss. Confined to one event loop.
 */
final class TruthCall implements OriginListener {

    private final Hearing hearing;
    private final long mostBytes;
    private final Consumer<Comparison> then;
    private @Nullable OriginCall call;
    private boolean over;

    private TruthCall(Hearing hearing, long mostBytes, Consumer<Comparison> then) {
        this.hearing = hearing;
        this.mostBytes = mostBytes;
        this.then = then;
    }

    /**
     * Asks.
     *
     * @param mostBytes no more of a body is read
     * @param then is told once
     */
    static void ask(
            OriginPool origin, RequestHead request, Hearing hearing, long mostBytes, Consumer<Comparison> then) {
        TruthCall asking = new TruthCall(hearing, mostBytes, then);
        asking.call = origin.call(
                OriginRequest.bodiless(request.method(), request.target().raw(), request.fields()), asking);
    }

    @Override
    public void informational(ResponseHead interim) {}

    @Override
    public void requestWritable() {}

    @Override
    public void head(ResponseHead answered) {
        hearing.head(answered);
        readOn();
    }

    @Override
    public void piece(HttpContent piece) {
        hearing.piece(piece);
        piece.release();
        if (hearing.bytes() > mostBytes && !over) {
            if (call != null) {
                call.cancel();
            }
            end(hearing.comparison());
        } else {
            readOn();
        }
    }

    private void readOn() {
        if (call != null) {
            call.read();
        }
    }

    @Override
    public void ended(Fields trailers) {
        end(hearing.comparison());
    }

    @Override
    public void failed(OriginFailure failure) {
        end(new Comparison.Incomparable("no-answer"));
    }

    @Override
    public void switched(ResponseHead answered, Channel unexpected) {
        throw new IllegalStateException("a plain GET asks for no upgrade");
    }

    private void end(Comparison came) {
        if (!over) {
            over = true;
            then.accept(came);
        }
    }
}
