package dev.larder.exchange;

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

    /** Followers have the response at once; later readers find the flight until it has {@linkplain #landed landed}. */
    void stored(StoredResponse response) {
        if (flight != null) {
            flight.end(new Flight.End.Stored(response));
        }
    }

    /** The store has it, or never will. */
    void landed() {
        if (flight != null) {
            collapser.land(flight);
        }
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** Ends the flight, if it has not ended yet. */
    void end(Flight.End how) {
        landed();
        if (flight != null) {
            flight.end(how);
        }
    }

    /**
     * What came may not be stored.
     *
     * @param aboutKey whether that says something about the key {@code flightKey}, and not only about one visitor
     */
    void notStorable(@Nullable String flightKey, boolean aboutKey) {
        if (aboutKey && flightKey != null) {
            collapser.rememberNotStorable(flightKey);
        }
        end(aboutKey ? new Flight.End.NotStorable() : new Flight.End.LeaderRefused());
    }
}
