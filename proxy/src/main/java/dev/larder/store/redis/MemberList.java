package dev.larder.store.redis;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who the other members of the store are, as far as this sidecar knows, and whether that is all of them. Any thread.
 *
 * <p>The list that the store keeps is lost with a failover, a restart, a flush or an eviction, while leases that were on it
 * still count. So each list has a name, and one that is new to this sidecar is taken for complete only if there cannot have
 * been another with somebody else on it; otherwise a purge waits until the list is as old as a lease is long.
 */
final class MemberList {

    private static final Logger LOG = LoggerFactory.getLogger(MemberList.class);

    private final LongSupplier nanoTime;
    private volatile boolean differing;

    // All that follows is guarded by this.

    /** Other members, and when they were last heard of. */
    private final Map<String, Long> known = new HashMap<>();

    /** What is known of the rules of these members, and since when. */
    private final Map<String, Known> rulesOf = new HashMap<>();

    private record Known(String rules, long nanos) {}

    /** The list that was last read, and whether whoever may hold a lease is on it. */
    private String list = "";

    private boolean complete;

    /** Whether it is the first list that this sidecar has read. */
    private boolean first;

    /** While there is no link: since when, and whether there was anybody else then. */
    private long lostNanos;

    private boolean aloneWhenLost;

    MemberList(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lostNanos = nanoTime.getAsLong();
    }

    /** Whether others work by other rules, so that what theirs store must be purged more widely. */
    boolean differing() {
        return differing;
    }

    /** How many other members there are, as far as is known. */
    synchronized int count() {
        return known.size();
    }

    /**
     * Another member has said so.
     *
     * @param rules the fingerprint of those it goes by
     * @param ownRules of this sidecar
     */
    synchronized void heardOf(String member, String rules, String ownRules) {
        long now = nanoTime.getAsLong();
        known.put(member, now);
        rulesOf.put(member, new Known(rules, now));
        compareRules(ownRules);
    }

    /**
     * Takes what the store says.
     *
     * @param on who said it
     * @param sentNanos when it was asked for: who has been heard of since stays known; null to drop nobody
     * @param live whether this sidecar's own lease counts: then whoever has joined has been answered by it
     * @param self the name of this sidecar
     * @param own how many of those that were sent the message are this sidecar; negative where it was not sent to all
     * @param rules the fingerprint of the rules of this sidecar
     * @return whether everybody who may hold a lease is on the list
     */
    synchronized boolean note(
            RedisLink on,
            MemberReading reading,
            @Nullable Long sentNanos,
            boolean live,
            String self,
            int own,
            String rules) {
        if (!reading.list().equals(list)) {
            first = list.isEmpty();
            boolean alone = list.startsWith(on.incarnation() + " ") ? live && known.isEmpty() : aloneWhenLost;
            complete = !first && alone && !on.promoted();
            list = reading.list();
        }
        if (first && reading.receivers() <= own) {
            // A sidecar that has just begun knows of no other list, and nobody else listens.
            complete = !on.promoted();
        }
        long now = nanoTime.getAsLong();
        if (sentNanos != null) {
            known.entrySet()
                    .removeIf(member -> !reading.ids().contains(member.getKey()) && member.getValue() - sentNanos < 0);
        }
        for (String member : reading.ids()) {
            if (!member.equals(self)) {
                known.put(member, now);
            }
        }
        for (MemberReading.Member other : reading.others()) {
            noteRules(other, self, sentNanos, now);
        }
        compareRules(rules);
        return complete;
    }

    /** A reading may be older than what the member has said itself. */
    private void noteRules(MemberReading.Member other, String self, @Nullable Long sentNanos, long now) {
        Known before = rulesOf.get(other.id());
        boolean news = before == null || (sentNanos != null && before.nanos() - sentNanos < 0);
        if (news && !other.id().equals(self)) {
            rulesOf.put(other.id(), new Known(other.rules(), now));
        }
    }

    private void compareRules(String rules) {
        rulesOf.keySet().retainAll(known.keySet());
        boolean differs =
                rulesOf.values().stream().anyMatch(other -> !other.rules().equals(rules));
        if (differs && !differing) {
            LOG.warn(
                    "another sidecar of this store works by other rules: until they agree, each purge drops all that is "
                            + "stored");
        } else if (differing && !differs) {
            LOG.info("all sidecars of this store work by the same rules again");
        }
        differing = differs;
    }

    /**
     * The link to the store's list is lost.
     *
     * @param live whether this sidecar's own lease counted until now
     */
    synchronized void lost(boolean live) {
        lostNanos = nanoTime.getAsLong();
        aloneWhenLost = live && known.isEmpty();
        known.clear();
    }

    /** Whether there was nobody else when the link was lost. */
    synchronized boolean aloneWhenLost() {
        return aloneWhenLost;
    }

    /** How long, after the link was lost, a lease of somebody else may still count, in nanoseconds. */
    synchronized long othersLeftNanos(long leaseNanos) {
        return aloneWhenLost ? 0 : Math.max(0, lostNanos + leaseNanos - nanoTime.getAsLong());
    }
}
