package dev.larder.model;

/** What can be left out of the protocol, or done in another order: each makes a stale answer that a walk finds. */
enum Flaw {
    /** What another incarnation of the server held is believed. */
    NO_INCARNATION,
    /** An incarnation is the process of the server alone, not its replication history. */
    RUN_ID_ONLY,
    /** Who was not known when the fetch began has the change token read before the epochs. */
    CHANGE_READ_FIRST,
    /** A purge writes the epochs before the change token. */
    EPOCH_WRITTEN_FIRST,
    /** A lookup's copy is made although a purge came between. */
    COPY_WITHOUT_LOCAL_EPOCHS,
    /** A lookup begun under one lease, or none, is copied under the next. */
    COPY_OVER_JOIN,
    /** Copies made under one lease are used under the next. */
    COPIES_KEPT_OVER_JOIN,
    /** A copy is made although an intent stands. */
    COPY_UNDER_INTENT,
    /** A copy lives longer than an intent's lease. */
    COPY_OUTLIVES_INTENT,
    /** A copy is used although the lease has passed. */
    COPY_WITHOUT_LEASE,
    /** A write is forwarded although nothing stands for it in the store. */
    NO_INTENT,
    /** A write is forwarded although its intent has lapsed while it waited. */
    INTENT_UNCHECKED,
    /** A write is answered without waiting for the members. */
    NO_ACKS,
    /** The lease counts from the ping's return instead of from the sending. */
    LEASE_FROM_PONG,
    /** The lease is extended by the answer, not by the ping that came through the feed. */
    LEASE_WITHOUT_PING,
    /** The ping is sent beside the renewal, whether that is granted or not. */
    PING_APART,
    /** The members are read before the message is published, and not at once with it. */
    MEMBERS_THEN_PUBLISH,
    /** Messages of two publishers may overtake each other, as over the bus of a cluster. */
    FEED_UNORDERED,
    /** A lost subscription is made anew in silence. */
    IDENTITY_KEPT,
    /** The member list is believed to be whole, however young it is. */
    LIST_TRUSTED,
    /** On another incarnation, one waits for whom one knew, for a lease from the loss of the old link. */
    WAIT_FROM_LOSS,
    /** A server that has been replaced is read and renewed on until one learns of it. */
    NO_FENCE,
    /** A purge that failed is not kept. */
    OWED_FORGOTTEN,
    /** A purge that failed is kept in memory only. */
    OWED_NOT_ON_DISK,
    /** An owed purge is applied to the store without telling the members. */
    OWED_WITHOUT_MESSAGE,
    /** The own copies of what is owed are used. */
    OWED_COPIES_KEPT,
    /** What is owed is read again as soon as the store is being told, and not when it has been. */
    OWED_READ_EARLY,
    /** What was purged on a server that had been replaced is not purged on the next one. */
    PURGES_UNREPEATED,
    /** A write is answered owing its purge although its intent stands and others may use what that has not reached. */
    OWED_UNHELD,
    /** An intent is taken back although its purge is owed. */
    OWED_UNMARKED,
    /** Who has just joined uses what is stored under an intent from before. */
    NEWCOMER_UNDER_INTENT
}
