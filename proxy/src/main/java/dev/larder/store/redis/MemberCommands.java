package dev.larder.store.redis;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Adds {@link RedisScript#MEMBERS} to trips. Any thread. */
final class MemberCommands {

    private final RedisNames names;
    private final String leaseMillis;
    private final String intentMillis;
    private final Supplier<String> rules;

    MemberCommands(RedisNames names, Duration lease, Duration intentLease, Supplier<String> rules) {
        this.names = names;
        this.intentMillis = Long.toString(intentLease.toMillis());
        this.leaseMillis = Long.toString(lease.toMillis());
        this.rules = rules;
    }

    /** The fingerprint of the rules in force here. */
    String rules() {
        return rules.get();
    }

    /**
     * Adds the script.
     *
     * @param incarnation of the server that has the list
     * @param what is to be done, see {@link RedisScript#MEMBERS}
     * @param member whom it is about; empty for nobody
     * @param channel where the message goes
     * @param message what is said there; null for nothing
     * @param former an earlier name of this sidecar, to be dropped; empty for none
     * @return its place in the trip
     */
    int add(
            Trip trip,
            String incarnation,
            String what,
            String member,
            String channel,
            @Nullable FeedMessage message,
            String former) {
        return trip.script(
                RedisScript.MEMBERS,
                names.members(),
                what,
                name(member),
                leaseMillis,
                rules.get(),
                incarnation,
                message == null ? "" : channel,
                message == null ? "" : message.text(),
                former,
                intentMillis);
    }

    /** Of a sidecar, also where it has none at the moment. */
    static String name(String member) {
        return member.isEmpty() ? "-" : member;
    }
}
