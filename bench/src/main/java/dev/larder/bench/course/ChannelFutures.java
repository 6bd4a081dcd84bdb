package dev.larder.bench.course;

import io.netty.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** For futures that nobody waits for. */
final class ChannelFutures {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelFutures.class);

    private ChannelFutures() {}

    /** Notes a failure for debugging and does no more: a client that has gone is nothing to act on. */
    static void unwatched(Future<?> future) {
        future.addListener(done -> {
            if (!done.isSuccess() && !done.isCancelled()) {
                LOG.debug("not done: {}", String.valueOf(done.cause()));
            }
        });
    }
}
