package dev.larder.exchange;

import dev.larder.store.SharedFlight;
import dev.larder.store.StoredResponse;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the leader of a flight owes to those who follow: that it ends, and in time. Of a fetch that leads nobody, all of
 * it is nothing. Confined to the loop of the fetch.
 */
final class Lead {

    private final RequestCollapser collapser;
    private final @Nullable Flight flight;
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable SharedFlight shared;

    private Lead(RequestCollapser collapser, @Nullable Flight flight) {
        this.collapser = collapser;
        this.flight = flight;
    }

    static Lead alone(RequestCollapser collapser) {
        return new Lead(collapser, null);
    }

    static Lead of(Flight flight, Exchange leader) {
        Lead lead = new Lead(leader.services().collapser(), flight);
        lead.timer = leader.after(
                leader.services().settings().timeouts().flight(), () -> lead.end(new Flight.End.TookTooLong()));
        return lead;
    }

    /** Other sidecars wait for it as well. */
    void shares(SharedFlight withOthers) {
        shared = withOthers;
    }

    /** Followers have the response at once; later readers find the flight until it has {@linkplain #landed landed}. */
    void stored(StoredResponse response) {
        if (flight != null) {
            flight.end(new Flight.End.Stored(response));
        }
    }

    /**
     * The store has it, or never will.
     *
     * @param stored which of the two
     */
    void landed(boolean stored) {
        if (shared != null && stored) {
            shared.landed();
        } else if (shared != null) {
            shared.letGo(false);
        }
        if (flight != null) {
            collapser.land(flight);
        }
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** Ends the flight, if it has not ended yet. */
    void end(Flight.End how) {
        if (shared != null && how instanceof Flight.End.NotStorable) {
            shared.letGo(true);
        }
        landed(false);
        if (flight != null) {
            flight.end(how);
        }
    }

    /**
     * What came may not be stored.
     *
     * @param aboutKey whether that says something about all who seek {@code sought}, and not only about one visitor
     */
    void notStorable(RequestCollapser.@Nullable Sought sought, boolean aboutKey) {
        if (aboutKey && sought != null) {
            collapser.rememberNotStorable(sought);
        }
        end(aboutKey ? new Flight.End.NotStorable() : new Flight.End.LeaderRefused());
    }
}
