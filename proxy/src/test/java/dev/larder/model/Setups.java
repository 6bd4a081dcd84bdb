package dev.larder.model;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The setups that are walked through. */
final class Setups {

    static final int LENGTH = 240;

    private static final Set<Fault> PROCESSES =
            EnumSet.of(Fault.CRASH, Fault.LINK_LOST, Fault.FEED_DROPPED, Fault.SCRIPTS_LOST, Fault.PURGE_LATE);

    private static final Set<Fault> SERVER = EnumSet.of(
            Fault.CRASH,
            Fault.LINK_LOST,
            Fault.FEED_DROPPED,
            Fault.SCRIPTS_LOST,
            Fault.RESTART_EMPTY,
            Fault.RESTART_OLD,
            Fault.FLUSH,
            Fault.EVICT_GROUP,
            Fault.EVICT_MEMBERS);

    private static final Set<Fault> FAILING_OVER =
            EnumSet.of(Fault.CRASH, Fault.LINK_LOST, Fault.FAILOVER, Fault.FAILBACK);

    private static final Set<Fault> SPLIT = EnumSet.of(Fault.CRASH, Fault.LINK_LOST, Fault.SPLIT);

    private static final Set<Fault> TAKEOVER = EnumSet.of(Fault.LINK_LOST, Fault.TAKEOVER);

    private Setups() {}

    static List<Setup> walks() {
        return List.of(
                Setup.large(2, Set.of()),
                Setup.large(2, PROCESSES),
                Setup.large(3, PROCESSES),
                Setup.large(2, SERVER),
                Setup.large(3, SERVER),
                Setup.large(2, FAILING_OVER),
                Setup.large(3, FAILING_OVER),
                Setup.large(3, SPLIT),
                Setup.large(2, TAKEOVER),
                Setup.large(3, TAKEOVER));
    }

    /** Two sidecars, one item, one write: small enough to be seen whole, or nearly. */
    static Setup small(int reads, int writes, int ticks, Fault... faults) {
        return new Setup(2, 1, 1, reads, writes, ticks, faults.length, Set.of(faults), false, true, Set.of());
    }

    /** Where a flaw shows. */
    static Setup revealing(Flaw flaw) {
        Setup setup = switch (flaw) {
            case NO_INCARNATION -> small(12, 2, 14, Fault.FAILOVER).withoutRoles();
            case RUN_ID_ONLY -> small(12, 1, 16, Fault.FAILOVER, Fault.FAILBACK);
            case CHANGE_READ_FIRST, EPOCH_WRITTEN_FIRST ->
                new Setup(2, 1, 1, 12, 1, 12, 0, Set.of(), true, true, Set.of());
            case COPY_WITHOUT_LOCAL_EPOCHS, MEMBERS_THEN_PUBLISH, LEASE_FROM_PONG, LEASE_WITHOUT_PING ->
                small(12, 2, 16);
            case COPY_WITHOUT_LEASE, NO_ACKS, OWED_FORGOTTEN ->
                small(12, 1, 14, Fault.LINK_LOST).withoutRoles();
            case COPY_OVER_JOIN -> small(4, 1, 8, Fault.FEED_DROPPED);
            case COPIES_KEPT_OVER_JOIN, IDENTITY_KEPT -> small(12, 1, 16, Fault.FEED_DROPPED);
            case COPY_UNDER_INTENT, COPY_OUTLIVES_INTENT, INTENT_UNCHECKED, NO_INTENT -> small(12, 1, 30, Fault.CRASH);
            case PING_APART -> small(12, 1, 20);
            case FEED_UNORDERED -> small(12, 1, 16);
            case LIST_TRUSTED -> small(12, 1, 12, Fault.FLUSH);
            case WAIT_FROM_LOSS -> small(12, 1, 12, Fault.FLUSH);
            case NO_FENCE -> small(12, 1, 16, Fault.SPLIT);
            case OWED_NOT_ON_DISK ->
                small(12, 1, 14, Fault.LINK_LOST, Fault.CRASH).withoutRoles();
            case PURGES_UNREPEATED -> small(12, 1, 16, Fault.TAKEOVER);
            case OWED_UNHELD, OWED_UNMARKED -> small(12, 1, 20, Fault.PURGE_LATE);
            case NEWCOMER_UNDER_INTENT ->
                small(12, 1, 20, Fault.CRASH, Fault.PURGE_LATE).withoutRoles();
            case OWED_WITHOUT_MESSAGE -> small(12, 1, 14, Fault.LINK_LOST);
            case OWED_COPIES_KEPT, OWED_READ_EARLY ->
                small(12, 1, 10, Fault.LINK_LOST).withoutRoles();
        };
        return setup.with(flaw);
    }

    /** From which walk on to look for it: those that are seldom met come late. */
    static long seed(Flaw flaw) {
        return switch (flaw) {
            case COPY_OVER_JOIN -> 29_600;
            case PING_APART -> 39_700;
            case MEMBERS_THEN_PUBLISH -> 67_300;
            case INTENT_UNCHECKED -> 21_900;
            case LEASE_WITHOUT_PING -> 3_600;
            case EPOCH_WRITTEN_FIRST -> 3_100;
            case COPY_UNDER_INTENT, LEASE_FROM_PONG -> 1_900;
            default -> 0;
        };
    }

    /** Every interleaving of these is visited. */
    static List<Setup> wholes() {
        return List.of(
                small(1, 1, 2),
                small(1, 1, 0, Fault.CRASH),
                small(1, 1, 0, Fault.FEED_DROPPED),
                small(1, 1, 0, Fault.LINK_LOST),
                small(1, 1, 1, Fault.FLUSH));
    }
}
