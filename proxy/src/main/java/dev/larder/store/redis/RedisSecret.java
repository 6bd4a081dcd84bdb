package dev.larder.store.redis;

import dev.larder.store.KeptSecret;
import dev.larder.store.OwedPurges;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns the secret that the namespace keeps, on each new link and with each heartbeat, and puts it there where it is
 * missing, e.g. after a FLUSHALL. Nobody waits for it. Any thread.
 */
final class RedisSecret {

    private static final Logger LOG = LoggerFactory.getLogger(RedisSecret.class);

    /** No request waits for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final KeptSecret kept;
    private final String name;
    private final RedisPurger purger;
    private final LongSupplier nanoTime;

    RedisSecret(KeptSecret kept, RedisNames names, RedisPurger purger, LongSupplier nanoTime) {
        this.kept = kept;
        this.name = names.secret();
        this.purger = purger;
        this.nanoTime = nanoTime;
    }

    /** On a link that nobody else uses yet. */
    void reached(RedisLink link) {
        kept.forget();
        look(link);
    }

    /** Once more. What is known stays so where no answer comes; the next heartbeat asks again. */
    void look(RedisLink link) {
        Trip trip = new Trip();
        int unused = trip.setIfMissing(name, kept.proposed());
        int place = trip.get(name);
        CompletableFuture<?> ignored = link.sendHeartbeat(trip, nanoTime.getAsLong() + PATIENCE.toNanos())
                .thenAccept(end -> {
                    if (end instanceof TripEnd.Replies replies && !link.isClosed()) {
                        learn(replies.refused(place) ? null : replies.text(place));
                    }
                });
    }

    private void learn(@Nullable String text) {
        boolean known = kept.get() != null;
        KeptSecret.Learnt learnt = kept.learn(text);
        if (learnt == KeptSecret.Learnt.NOTHING && known) {
            LOG.warn("{} holds no secret that can be used; opaque identities are not cached until it does", name);
        } else if (learnt == KeptSecret.Learnt.ANOTHER) {
            LOG.warn("{} holds another secret than before; all that is stored is purged", name);
            CompletableFuture<?> unusedEnd = purger.purge(List.of(OwedPurges.EVERYTHING), "", null, List.of());
        }
    }
}
