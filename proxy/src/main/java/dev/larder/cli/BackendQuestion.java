package dev.larder.cli;

import dev.larder.http.Fields;
import dev.larder.identity.Question;
import dev.larder.origin.BufferedCall;
import dev.larder.origin.OriginPool;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Asks the backend who a visitor is, over the connections that requests use. Where the one who asks is on an event loop, that loop
 * asks: a hop to another one, and its connections, would cost the visitor time. Any thread.
 */
final class BackendQuestion implements Question {

    /** Longest answer to a question about an identity. */
    private static final int ANSWER_BYTES = 64 * 1024;

    private final EventLoopGroup loops;
    private final Function<EventLoop, OriginPool> pools;

    /**
     * Asks nothing yet.
     *
     * @param pools each loop's connections to the backend, looked up when something is asked
     */
    BackendQuestion(EventLoopGroup loops, Function<EventLoop, OriginPool> pools) {
        this.loops = loops;
        this.pools = pools;
    }

    @Override
    public CompletionStage<Reply> ask(String path, Map.Entry<String, String> credentialLine, Fields site) {
        EventLoop loop = askingLoop();
        Fields fields = site.toBuilder()
                .add(credentialLine.getKey(), credentialLine.getValue())
                .add("Accept", "application/json")
                .build();
        return BufferedCall.get(loop, () -> pools.apply(loop), path, fields, ANSWER_BYTES)
                .thenApply(BackendQuestion::reply);
    }

    private EventLoop askingLoop() {
        for (EventExecutor loop : loops) {
            if (loop.inEventLoop() && loop instanceof EventLoop asking) {
                return asking;
            }
        }
        return loops.next();
    }

    private static Reply reply(BufferedCall.Result result) {
        if (result instanceof BufferedCall.Result.Answered answered) {
            return new Reply.Answered(answered.head().status(), answered.body());
        }
        if (result instanceof BufferedCall.Result.Failed failed) {
            return new Reply.Failed(failed.failure().proxyStatus().replace('_', '-'));
        }
        return new Reply.Answered(200, new byte[0]);
    }
}
