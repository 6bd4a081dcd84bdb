package dev.larder.store.redis;

import dev.larder.store.PurgeListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a member does with what others say, and its answer. Whoever speaks waits for it, so that it goes out only when what was
 * said has been acted on here. Any thread.
 */
final class FeedAnswers {

    private final RedisNames names;
    private final LongSupplier nanoTime;
    private final PurgeListener listener;
    private final SharedFlights flights;
    private final Hearings hearings;
    private final MemberList members;
    private final Supplier<String> rules;
    private final Supplier<@Nullable RedisLink> link;

    /**
     * Answers nothing yet.
     *
     * @param rules the fingerprint of those in force here
     * @param link the one to the list of members
     */
    FeedAnswers(
            RedisNames names,
            LongSupplier nanoTime,
            PurgeListener listener,
            SharedFlights flights,
            Hearings hearings,
            MemberList members,
            Supplier<String> rules,
            Supplier<@Nullable RedisLink> link) {
        this.names = names;
        this.nanoTime = nanoTime;
        this.listener = listener;
        this.flights = flights;
        this.hearings = hearings;
        this.members = members;
        this.rules = rules;
        this.link = link;
    }

    /**
     * Acts on a message, and answers it where that is waited for.
     *
     * @param as the name of this member, whose own messages come back
     * @param before what whoever joins must be able to read before they are answered; false where that cannot be told
     * @return false where the message is not understood
     */
    boolean received(String as, FeedMessage message, Supplier<CompletionStage<Boolean>> before) {
        if (message instanceof FeedMessage.Heard heard) {
            hearings.heard(heard.number(), heard.member());
        } else if (message instanceof FeedMessage.Flown flown) {
            flights.heard(flown);
        } else if (message instanceof FeedMessage.Join join) {
            if (!join.member().equals(as)) {
                members.heardOf(join.member(), join.rules(), rules.get());
                CompletionStage<?> unused = before.get().thenAccept(told -> {
                    // Else the one that joins waits until nothing is heard of this one any more.
                    if (told) {
                        answer(as, join.member(), join.number());
                    }
                });
            }
        } else if (message instanceof FeedMessage.Purge purge) {
            if (!purge.member().equals(as)) {
                listener.purged(purge.groups());
                answer(as, purge.member(), purge.number());
            }
        } else if (message instanceof FeedMessage.Hold hold) {
            if (!hold.member().equals(as)) {
                listener.held(hold.groups(), Duration.ofMillis(hold.millis()));
                answer(as, hold.member(), hold.number());
            }
        } else {
            return false;
        }
        return true;
    }

    private void answer(String as, String to, long number) {
        RedisLink on = link.get();
        if (on != null) {
            Trip trip = new Trip();
            trip.publish(names.feed(to), new FeedMessage.Heard(as, number).text());
            CompletableFuture<?> ignored =
                    on.sendFirst(trip.whole(), nanoTime.getAsLong() + Membership.UNHURRIED.toNanos());
        }
    }
}
