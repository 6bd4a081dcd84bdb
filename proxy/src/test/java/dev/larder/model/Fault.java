package dev.larder.model;

/** What happens to processes, links and servers. A pause needs no fault: any step may come arbitrarily late. */
enum Fault {
    /** A sidecar is killed; it starts again. */
    CRASH,
    /** A sidecar loses its link and its subscription. */
    LINK_LOST,
    /** The server drops a subscription, and the sidecar learns of it late. */
    FEED_DROPPED,
    /** A purge runs into its timeout, on a link that lives on. */
    PURGE_LATE,
    /** The master is gone, and a replica that lags takes over. */
    FAILOVER,
    /** A replica takes over from a master that is only out of sight. */
    SPLIT,
    /**
     * A replica takes over by an operator's command, and the old master is believed by those whom it still has: for that long
     * anything may be stale, but not afterwards.
     */
    TAKEOVER,
    /** The former master follows the new one, with a lag, and takes over again in the same process. */
    FAILBACK,
    /** The server restarts with nothing. */
    RESTART_EMPTY,
    /** The server restarts with what it had some time ago. */
    RESTART_OLD,
    /** FLUSHALL. */
    FLUSH,
    /** The server evicts the hash of a group. */
    EVICT_GROUP,
    /** The server evicts the list of members. */
    EVICT_MEMBERS,
    /** The server has lost its scripts, so that a trip is done in part. */
    SCRIPTS_LOST
}
