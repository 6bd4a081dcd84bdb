package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Which credentials have been ended, for sidecars that were not there to hear of it: a credential that proves itself would
 * be as good as ever to them. Kept for as long as groups are, up to a number of which the oldest give way. Any thread.
 */
final class EndedCredentials {

    /** Some hundred bytes each. Beyond that the half that was ended first is forgotten. */
    private static final int MOST = 8_192;

    private final String key;
    private final String keepMillis;

    EndedCredentials(RedisNames names, Duration keep) {
        this.key = names.ended();
        this.keepMillis = Long.toString(keep.toMillis());
    }

    /** Adds to a trip what keeps those of {@code groups} that name a credential. */
    void keep(Trip trip, Collection<PurgeGroup> groups) {
        for (PurgeGroup group : groups) {
            if (group.isCredential()) {
                int unused = trip.script(RedisScript.ENDED, key, group.name(), keepMillis, Integer.toString(MOST));
            }
        }
    }

    /** All that are kept; null where the server does not say. */
    CompletableFuture<@Nullable List<PurgeGroup>> read(RedisShards from, long deadlineNanos) {
        Trip trip = new Trip();
        int place = trip.script(RedisScript.ENDED, key, "", keepMillis, Integer.toString(MOST));
        return from.sendFirst(trip, deadlineNanos).thenApply(end -> {
            if (!(end instanceof TripEnd.Replies replies) || replies.refused(place)) {
                return null;
            }
            try {
                return replies.texts(place).stream()
                        .map(name -> new PurgeGroup(name, ""))
                        .filter(PurgeGroup::isCredential)
                        .toList();
            } catch (TripEnd.Unexpected e) {
                replies.distrust();
                return null;
            }
        });
    }
}
