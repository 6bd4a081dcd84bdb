package dev.larder.origin;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A bodiless request to the origin whose small answer is wanted whole. Any thread may start one. */
public final class BufferedCall implements OriginListener {

    /** What came of it. */
    public sealed interface Result {

        /** An answer, whole. */
        record Answered(ResponseHead head, byte[] body) implements Result {}

        /** An answer longer than what was asked for. */
        record TooLong() implements Result {}

        /** None. */
        record Failed(OriginFailure failure) implements Result {}
    }

    private final int maxBytes;
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable OriginCall call;
    private @Nullable ResponseHead head;

    private BufferedCall(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Sends a GET.
     *
     * @param pool the pool of {@code loop}, asked for on it
     * @param maxBytes longest answer taken
     * @return completes on {@code loop}, never exceptionally, within the pool's own waits
     */
    public static CompletionStage<Result> get(
            EventLoop loop, Supplier<OriginPool> pool, String target, Fields fields, int maxBytes) {
        BufferedCall buffered = new BufferedCall(maxBytes);
        loop.execute(() -> buffered.call = pool.get().call(OriginRequest.bodiless("GET", target, fields), buffered));
        return buffered.result;
    }

    @Override
    public void informational(ResponseHead interim) {}

    @Override
    public void head(ResponseHead answered) {
        head = answered;
        readOn();
    }

    @Override
    public void piece(HttpContent piece) {
        byte[] bytes = new byte[piece.content().readableBytes()];
        piece.content().readBytes(bytes);
        piece.release();
        if (body.size() + bytes.length > maxBytes) {
            if (call != null) {
                call.cancel();
            }
            result.complete(new Result.TooLong());
            return;
        }
        body.writeBytes(bytes);
        readOn();
    }

    private void readOn() {
        if (call != null) {
            call.read();
        }
    }

    @Override
    public void ended(Fields trailers) {
        if (head != null) {
            result.complete(new Result.Answered(head, body.toByteArray()));
        }
    }

    @Override
    public void failed(OriginFailure failure) {
        result.complete(new Result.Failed(failure));
    }

    @Override
    public void requestWritable() {}

    @Override
    public void switched(ResponseHead answered, Channel unexpected) {
        throw new IllegalStateException("a plain GET asks for no upgrade");
    }
}
