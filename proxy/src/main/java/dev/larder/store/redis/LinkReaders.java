package dev.larder.store.redis;

import dev.larder.resp.RespConnection;
import dev.larder.resp.RespLoops;
import io.lettuce.core.RedisURI;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * The readers of one link, one for each event loop: they end with it. Any thread; who is on no event loop of theirs uses the first.
 */
final class LinkReaders {

    private static final int MOST_REPLY_BYTES = RedisStore.MOST_BYTES_IN_FLIGHT + ReplyBound.SLACK_BYTES;

    private final RespLoops loops;
    private final RedisLink link;
    private final LongAdder carried;

    /** By loop, and touched on that loop alone. */
    private final List<LoopReader> readers;

    /**
     * Readers that connect when they are wanted.
     *
     * @param server where the link is connected to
     * @param uri for the greeting
     * @param carried counts the trips that readers carry
     */
    LinkReaders(
            RespLoops loops,
            RedisLink link,
            SocketAddress server,
            RedisURI uri,
            LongSupplier nanoTime,
            LongAdder carried) {
        this.loops = loops;
        this.link = link;
        this.carried = carried;
        this.readers = new ArrayList<>(loops.loops().size());
        for (EventLoop loop : loops.loops()) {
            readers.add(new LoopReader(
                    loop,
                    link,
                    owner -> RespConnection.open(
                            loop, loops.channels(), server, RedisClients.GREETING, MOST_REPLY_BYTES, owner),
                    verdict -> new ReaderGreeting(uri, link.incarnation(), verdict),
                    nanoTime));
        }
    }

    /** Carries a trip that only reads, or has the link's own connection do so. */
    CompletableFuture<TripEnd> send(Trip.Part part, long deadlineNanos, int most) {
        int here = loops.here();
        if (here >= 0) {
            return sendHere(here, part, deadlineNanos, most);
        }
        CompletableFuture<TripEnd> end = new CompletableFuture<>();
        try {
            loops.loops().get(0).execute(() -> {
                var unused = sendHere(0, part, deadlineNanos, most)
                        .whenComplete((ended, failure) -> end.complete(failure == null ? ended : TripEnd.AWAY));
            });
        } catch (RejectedExecutionException loopHasEnded) {
            return link.sendByClient(part, deadlineNanos, most);
        }
        return end;
    }

    private CompletableFuture<TripEnd> sendHere(int loop, Trip.Part part, long deadlineNanos, int most) {
        CompletableFuture<TripEnd> end = readers.get(loop).send(part, deadlineNanos, most);
        if (end == null) {
            return link.sendByClient(part, deadlineNanos, most);
        }
        carried.increment();
        return end;
    }

    /** Ends all of them; what is under way fails, whatever comes for it meanwhile. */
    void end() {
        for (int i = 0; i < readers.size(); i++) {
            try {
                loops.loops().get(i).execute(readers.get(i)::end);
            } catch (RejectedExecutionException loopHasEnded) {
                // And with it all of its connections.
            }
        }
    }
}
