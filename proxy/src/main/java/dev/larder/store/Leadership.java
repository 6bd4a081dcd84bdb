package dev.larder.store;

/** Whether this process is to fetch what several sidecars of a store are asked for at the same time. */
public sealed interface Leadership {

    /** It is, and the others wait for it: the flight must be ended. */
    record Leads(SharedFlight flight) implements Leadership {}

    /** Another one has, and what it fetched can be found in the store. */
    record Landed() implements Leadership {}

    /** Another one has, and found that nothing of this key is stored. */
    record NotStorable() implements Leadership {}

    /** Another one still does, and it has taken too long. */
    record TookTooLong() implements Leadership {}

    /** It is, and nobody waits for it: another one has failed, or the store cannot say. */
    record Alone() implements Leadership {}
}
