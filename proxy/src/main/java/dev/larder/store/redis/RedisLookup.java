package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.Epochs;
import dev.larder.store.Lookup;
import dev.larder.store.StoreKey;
import dev.larder.store.StoredResponse;
import dev.larder.store.Vary;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One lookup: in the ordinary case one trip, which asks for the variant that is most likely wanted and for all epochs. A
 * second one is made where another variant is wanted, a third where epochs are missing or an intent may have lapsed, or
 * where nothing usable is there and the change token lies on another server. All go over the same links, so that what is compared comes from one run of the server. Confined to its trips' callbacks.
 */
final class RedisLookup {

    /** Names of selecting fields, in bytes, that are believed and kept in mind. */
    private static final int LONGEST_VARIED = 4 << 10;

    private final RedisNames names;
    private final RedisShards shards;
    private final DecodedOnce values;
    private final StoreKey key;
    private final String entry;
    private final EpochReading reading;
    private final VaryMemory memory;
    private final long deadlineNanos;

    RedisLookup(
            RedisNames names,
            RedisShards shards,
            StoreKey key,
            List<PurgeGroup> groups,
            String rules,
            long ttlMillis,
            VaryMemory memory,
            DecodedOnce values,
            long deadlineNanos) {
        this.names = names;
        this.values = values;
        this.shards = shards;
        this.key = key;
        this.entry = names.entry(key.key());
        this.reading = new EpochReading(
                names,
                shards,
                ttlMillis,
                groups.isEmpty() ? key.key().route() : groups.get(0).route(),
                rules,
                groups);
        this.memory = memory;
        this.deadlineNanos = deadlineNanos;
    }

    /** Says which intents what is stored may be used under; all where it is not called. */
    void trusting(EpochReading.Trust trust) {
        reading.trusting(trust);
    }

    /** Whether an intent or a hold turned out to have lapsed, which was a purge. */
    boolean hasPurged() {
        return reading.hasPurged();
    }

    /** Whether what was found may be copied: no write that could still lapse, and no hold, was seen. */
    boolean isQuiet() {
        return reading.isQuiet();
    }

    /** Whether things may be stored by other rules as well. */
    boolean isMixed() {
        return reading.isMixed();
    }

    CompletionStage<Lookup> run() {
        Vary likely = memory.likely(key);
        String likelyVariant = likely.variant(key.requestFields());
        Trip trip = new Trip();
        reading.ask(trip);
        // What is stored comes last, so that it is handed on as it comes and nothing long waits for anything. The order
        // between the two
        // does not matter: both are read after this lookup began, and what is stored under other epochs is not used.
        int place = trip.behind()
                .hashFields(entry, RedisNames.vary(key.site()), RedisNames.variant(key.site(), likelyVariant));
        return step(shards.read(trip, deadlineNanos), replies -> {
            if (replies.refused(place) || !reading.read(replies)) {
                return unavailable(TripEnd.REFUSED);
            }
            List<byte @Nullable []> values = replies.list(place, 2);
            byte[] varied = values.get(0);
            if (varied == null) {
                return absent(Lookup.Why.ABSENT);
            }
            if (varied.length > LONGEST_VARIED) {
                return absent(Lookup.Why.UNREADABLE);
            }
            Vary vary = memory.learn(key, new String(varied, StandardCharsets.UTF_8));
            String variant = vary.variant(key.requestFields());
            return variant.equals(likelyVariant) ? judge(vary, variant, values.get(1)) : another(vary, variant);
        });
    }

    private CompletionStage<Lookup> another(Vary vary, String variant) {
        Trip trip = new Trip();
        int place = trip.hashFields(entry, RedisNames.variant(key.site(), variant));
        return step(
                shards.read(trip, deadlineNanos),
                replies -> replies.refused(place)
                        ? unavailable(TripEnd.REFUSED)
                        : judge(vary, variant, replies.list(place, 1).get(0)));
    }

    private CompletionStage<Lookup> judge(Vary vary, String variant, byte @Nullable [] value) {
        if (value == null) {
            return absent(vary.names().isEmpty() ? Lookup.Why.ABSENT : Lookup.Why.VARY);
        }
        StoredResponse response = values.decode(value, names.place(entry, RedisNames.variant(key.site(), variant)));
        if (response == null || !response.keyText().equals(key.key().text())) {
            return absent(Lookup.Why.UNREADABLE);
        }
        // The variant's name only led here: the stored response's own Vary decides (RFC 9111 section 4.1).
        Vary own = Vary.of(response.head().selecting());
        if (!own.matches(response.head().varied(), key.requestFields())) {
            return absent(Lookup.Why.VARY);
        }
        return reading.mayHaveLapsed() ? settle(() -> compare(response)) : compare(response);
    }

    private CompletionStage<Lookup> compare(StoredResponse response) {
        return reading.current(response.epochs()) && !reading.isDoubtful()
                ? CompletableFuture.completedFuture(new Lookup.Found(response))
                : absent(Lookup.Why.PURGED);
    }

    private CompletionStage<Lookup> absent(Lookup.Why why) {
        if (!reading.settled()) {
            return settle(() -> absent(why));
        }
        Epochs epochs = reading.epochs();
        return CompletableFuture.completedFuture(new Lookup.Absent(why, epochs));
    }

    private CompletionStage<Lookup> settle(java.util.function.Supplier<CompletionStage<Lookup>> then) {
        EpochReading.Touch touch = reading.touch();
        return step(
                shards.sendFirst(touch.trip(), deadlineNanos),
                replies -> touch.read(replies)
                        ? then.get()
                        : unavailable(replies.anyWithoutRoom() ? TripEnd.FULL : TripEnd.REFUSED));
    }

    private interface Step {
        CompletionStage<Lookup> next(TripEnd.Replies replies);
    }

    private CompletionStage<Lookup> step(CompletionStage<TripEnd> trip, Step step) {
        return trip.thenCompose(end -> {
            if (end instanceof TripEnd.Replies replies) {
                try {
                    return step.next(replies);
                } catch (TripEnd.Unexpected e) {
                    replies.distrust();
                    return unavailable(TripEnd.GARBLED);
                }
            }
            return unavailable((TripEnd.Failed) end);
        });
    }

    private static CompletionStage<Lookup> unavailable(TripEnd.Failed failed) {
        return CompletableFuture.completedFuture(new Lookup.Unavailable(failed.detail()));
    }
}
