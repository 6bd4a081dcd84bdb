package dev.larder.exchange;

import java.util.EnumSet;
import java.util.Set;

/**
 * Where one request stands, and where it may go from there. The table is the one in ARCHITECTURE.md, which a test
 * compares with this. A transition that is not listed is a coding error: that exchange fails, the process lives on.
 */
public enum ExchangeState {
    RECEIVED,
    IDENTIFY,
    NEAR_LOOKUP,
    STORE_LOOKUP,
    ASSESS,
    HIT,
    STALE,
    JOIN,
    AWAIT,
    FETCH,
    RESCUE,
    FILL,
    INTEND,
    WRITE,
    SETTLE,
    BYPASS,
    TUNNEL,
    ANSWERED;

    /** The states that may follow. */
    public Set<ExchangeState> next() {
        return switch (this) {
            case RECEIVED -> EnumSet.of(IDENTIFY, BYPASS, TUNNEL, ANSWERED);
            case IDENTIFY -> EnumSet.of(NEAR_LOOKUP, FETCH, INTEND, BYPASS, ANSWERED);
            case NEAR_LOOKUP -> EnumSet.of(ASSESS, STORE_LOOKUP);
            case STORE_LOOKUP -> EnumSet.of(ASSESS, ANSWERED);
            case ASSESS -> EnumSet.of(HIT, STALE, JOIN, BYPASS);
            case HIT, STALE, BYPASS, TUNNEL, SETTLE, FILL -> EnumSet.of(ANSWERED);
            case JOIN -> EnumSet.of(FETCH, AWAIT, BYPASS);
            case AWAIT -> EnumSet.of(HIT, JOIN, BYPASS, STALE, ANSWERED);
            case FETCH -> EnumSet.of(FILL, HIT, ANSWERED, RESCUE, BYPASS);
            case RESCUE -> EnumSet.of(STALE, ANSWERED);
            case INTEND -> EnumSet.of(WRITE, ANSWERED);
            case WRITE -> EnumSet.of(SETTLE);
            case ANSWERED -> EnumSet.noneOf(ExchangeState.class);
        };
    }
}
