package dev.larder.exchange;

import dev.larder.origin.OriginFailure;
import dev.larder.purge.PurgeGroup;
import dev.larder.store.StoredResponse;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One origin fetch on behalf of a key: a leader, and followers who wait for what it stores. It belongs to the key, not
 * to the leader's visitor. Any thread; each follower hears of the end once, on its own event loop.
 */
final class Flight {

    /** How a flight ends. */
    sealed interface End {

        /** With a response that may be shared. */
        record Stored(StoredResponse response) implements End {}

        /** With one that may not: everybody goes alone. */
        record NotStorable() implements End {}

        /** With an answer that says something about the leader's visitor alone: somebody else leads anew. */
        record LeaderRefused() implements End {}

        /** With an answer of 5xx: it is the leader's, and a stale response may stand in for the others'. */
        record OriginErred() implements End {}

        /** Without an answer. */
        record Failed(OriginFailure failure) implements End {}

        /** Not yet: it goes on, but leads nobody any more. */
        record TookTooLong() implements End {}
    }

    private record Follower(EventLoop loop, Consumer<End> told) {}

    private final RequestCollapser.FlightKey key;
    private final List<PurgeGroup> groups;

    /** Guards the two fields below. */
    private final Object lock = new Object();

    private final List<Follower> followers = new ArrayList<>();
    private @Nullable End end;

    Flight(RequestCollapser.FlightKey key, List<PurgeGroup> groups) {
        this.key = key;
        this.groups = groups;
    }

    RequestCollapser.FlightKey key() {
        return key;
    }

    boolean isIn(Set<String> purged) {
        return groups.stream().map(PurgeGroup::name).anyMatch(purged::contains);
    }

    /** Tells {@code told} on {@code loop} when the flight has ended, also where it already has. */
    void follow(EventLoop loop, Consumer<End> told) {
        End already;
        synchronized (lock) {
            already = end;
            if (already == null) {
                followers.add(new Follower(loop, told));
            }
        }
        if (already != null) {
            End known = already;
            loop.execute(() -> told.accept(known));
        }
    }

    int followers() {
        synchronized (lock) {
            return followers.size();
        }
    }

    /** Ends the flight; a second end is ignored. */
    void end(End how) {
        List<Follower> waiting;
        synchronized (lock) {
            if (end != null) {
                return;
            }
            end = how;
            waiting = List.copyOf(followers);
            followers.clear();
        }
        waiting.forEach(
                follower -> follower.loop().execute(() -> follower.told().accept(how)));
    }
}
