package dev.larder.store.redis;

import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a sidecar and its rules known to every member: where it joins, and where its rules have been replaced. In one step of the
 * server the list is read and the message published, so that whoever is not on the list joins later, and reads of this one there.
 * Any thread.
 */
final class Introduction {

    /** What it came to. */
    enum Outcome {
        /** Each member has heard it, or is a member no more. */
        HEARD,
        /** The server answers, and does not do it. */
        REFUSED,
        UNREACHED
    }

    /** Who takes note of the list that was read. */
    @FunctionalInterface
    interface Note {

        /** As {@link MemberList#note}. */
        boolean note(RedisLink on, MemberReading reading, @Nullable Long sentNanos, int own);
    }

    private final RedisNames names;
    private final LongSupplier nanoTime;
    private final MemberCommands commands;
    private final Hearings hearings;
    private final Note note;

    Introduction(RedisNames names, LongSupplier nanoTime, MemberCommands commands, Hearings hearings, Note note) {
        this.names = names;
        this.nanoTime = nanoTime;
        this.commands = commands;
        this.hearings = hearings;
        this.note = note;
    }

    /** Puts a name on the list, in the place of a former one (empty for none), and tells all who are on it. */
    CompletableFuture<Outcome> join(RedisLink on, String as, String former) {
        return tell(on, "join", as, former);
    }

    /** Tells all who are on the list by which rules a member goes from now on. */
    CompletableFuture<Outcome> ofRules(RedisLink on, String as) {
        return tell(on, "read", as, "");
    }

    private CompletableFuture<Outcome> tell(RedisLink on, String what, String as, String former) {
        long number = hearings.begin();
        long sent = nanoTime.getAsLong();
        Trip trip = new Trip();
        FeedMessage message = new FeedMessage.Join(as, number, commands.rules());
        int place = commands.add(trip, on.incarnation(), what, as, names.feed(), message, former);
        return on.sendFirst(trip.whole(), sent + Membership.UNHURRIED.toNanos()).thenCompose(end -> {
            MemberReading reading = MemberReading.of(end, place);
            if (reading == null) {
                hearings.drop(number);
                return CompletableFuture.completedFuture(
                        end instanceof TripEnd.Replies ? Outcome.REFUSED : Outcome.UNREACHED);
            }
            boolean unused = note.note(on, reading, sent, 1);
            return hearings.await(number, reading.ids()).thenApply(heard -> Outcome.HEARD);
        });
    }
}
