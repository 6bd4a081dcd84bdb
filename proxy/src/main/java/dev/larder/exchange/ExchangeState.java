package dev.larder.exchange;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Where one request stands, and where it may go from there. The table is the one in ARCHITECTURE.md, which a test
 * compares with this. A transition that is not listed is a coding error: that exchange fails, the process lives on.
 *
 * <p>A visitor who leaves ends the exchange in whatever state it is; the table lists how it goes for those who stay.
 */
public enum ExchangeState {
    /** The rules are asked what the request is. */
    RECEIVED,
    /** Who asks, and may they? */
    IDENTIFY,
    /** What memory can say at once. */
    NEAR_LOOKUP,
    /** One round trip to the store. */
    STORE_LOOKUP,
    /** What was found is judged. */
    ASSESS,
    /** Answered from a stored response, or one just validated or fetched by another. */
    HIT,
    /** Answered from a stored response that is no longer fresh. */
    STALE,
    /** Lead a flight, follow one, or go alone. */
    JOIN,
    /** Following. */
    AWAIT,
    /** The origin is asked for what may be stored. */
    FETCH,
    /** The origin failed before its head: does something stored stand in? */
    RESCUE,
    /** The answer is whole and on its way to the store. */
    FILL,
    /** The store is told of a write that is about to go out. */
    INTEND,
    /** The origin is asked to write. */
    WRITE,
    /** What it made invalid is purged. */
    SETTLE,
    /** The origin answers, nothing is stored. */
    BYPASS,
    /** Another protocol is asked for. */
    TUNNEL,
    /** Over. */
    ANSWERED;

    /** By state: made once, since they are asked for several times a request. */
    private static final List<Set<ExchangeState>> NEXT =
            Arrays.stream(values()).map(ExchangeState::following).toList();

    /** The states that may follow. */
    public Set<ExchangeState> next() {
        return NEXT.get(ordinal());
    }

    private Set<ExchangeState> following() {
        return switch (this) {
            case RECEIVED -> EnumSet.of(IDENTIFY, BYPASS, TUNNEL);
            case IDENTIFY -> EnumSet.of(NEAR_LOOKUP, FETCH, INTEND, BYPASS);
            case NEAR_LOOKUP -> EnumSet.of(ASSESS, STORE_LOOKUP);
            case STORE_LOOKUP -> EnumSet.of(ASSESS);
            case ASSESS -> EnumSet.of(HIT, STALE, JOIN, BYPASS, ANSWERED);
            case JOIN -> EnumSet.of(FETCH, AWAIT, BYPASS);
            case AWAIT -> EnumSet.of(HIT, STALE, JOIN, BYPASS, ANSWERED);
            case FETCH -> EnumSet.of(FILL, HIT, RESCUE, ANSWERED);
            case RESCUE -> EnumSet.of(STALE, ANSWERED);
            case INTEND -> EnumSet.of(WRITE, ANSWERED);
            case WRITE -> EnumSet.of(SETTLE);
            case HIT, STALE, FILL, SETTLE, BYPASS, TUNNEL -> EnumSet.of(ANSWERED);
            case ANSWERED -> EnumSet.noneOf(ExchangeState.class);
        };
    }
}
