package dev.larder.store.redis;

import io.netty.util.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which members have heard which message. A message gets its number before it is sent, since an answer may come before it
 * is known who has to answer. Any thread.
 */
final class Hearings {

    /** One message, until all have heard it who must. */
    private static final class Hearing {
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final Set<String> heard = new HashSet<>();

        private final Set<String> missing = new HashSet<>();

        /** Whether it is known who has to hear it. */
        private boolean expecting;
    }

    /** A member that has not answered by then is kept from renewing its lease, so that waiting for it has an end. */
    private static final Duration OVERDUE = Duration.ofMillis(500);

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Timer timer;
    private final LongSupplier nanoTime;
    private final long leaseNanos;
    private final MemberCommands commands;
    private final Supplier<@Nullable RedisLink> link;
    private final AtomicLong lastNumber = new AtomicLong();

    /** Guarded by {@code this}, and so is what is in it. */
    private final Map<Long, Hearing> open = new HashMap<>();

    /**
     * Nothing is waited for yet.
     *
     * @param link the one to the list of members
     */
    Hearings(
            Timer timer,
            LongSupplier nanoTime,
            Duration lease,
            MemberCommands commands,
            Supplier<@Nullable RedisLink> link) {
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.leaseNanos = lease.toNanos();
        this.commands = commands;
        this.link = link;
    }

    /** A number for a message, of which answers are kept from now on until it is awaited or dropped. */
    long begin() {
        long number = lastNumber.incrementAndGet();
        synchronized (this) {
            open.put(number, new Hearing());
        }
        return number;
    }

    /** Nobody has to hear it. */
    synchronized void drop(long number) {
        open.remove(number);
    }

    /** Completes when all of these members have heard the message, or are members no more. */
    CompletableFuture<Void> await(long number, Collection<String> members) {
        CompletableFuture<Void> heard = expect(number, members);
        if (!heard.isDone()) {
            timer.newTimeout(due -> expel(number), OVERDUE.toNanos(), TimeUnit.NANOSECONDS);
        }
        return heard;
    }

    private CompletableFuture<Void> expect(long number, Collection<String> members) {
        synchronized (this) {
            Hearing hearing = open.computeIfAbsent(number, dropped -> new Hearing());
            hearing.missing.addAll(members);
            hearing.missing.removeAll(hearing.heard);
            hearing.expecting = true;
            if (!hearing.missing.isEmpty()) {
                return hearing.done;
            }
            open.remove(number);
            return CompletableFuture.completedFuture(null);
        }
    }

    /** A member has heard a message. */
    void heard(long number, String member) {
        Hearing complete = null;
        synchronized (this) {
            Hearing hearing = open.get(number);
            if (hearing != null) {
                hearing.heard.add(member);
                hearing.missing.remove(member);
                if (hearing.expecting && hearing.missing.isEmpty()) {
                    open.remove(number);
                    complete = hearing;
                }
            }
        }
        if (complete != null) {
            complete.done.complete(null);
        }
    }

    /** Keeps those who have not answered from renewing, and waits for each no longer than its lease. */
    private void expel(long number) {
        for (String member : missing(number)) {
            RedisLink on = link.get();
            if (on == null) {
                excuse(number, member, leaseNanos);
                continue;
            }
            Trip trip = new Trip();
            int place = commands.add(trip, on.incarnation(), "expel", member, "", null, "");
            CompletableFuture<?> ignored = on.sendFirst(trip.whole(), nanoTime.getAsLong() + PATIENCE.toNanos())
                    .thenAccept(end -> excuse(number, member, leftNanos(MemberReading.of(end, place), member)));
        }
    }

    private long leftNanos(@Nullable MemberReading reading, String member) {
        if (reading == null) {
            return leaseNanos;
        }
        for (MemberReading.Member other : reading.others()) {
            if (other.id().equals(member)) {
                return Math.min(leaseNanos, TimeUnit.MILLISECONDS.toNanos(other.leftMillis() + 1));
            }
        }
        return 0;
    }

    private void excuse(long number, String member, long afterNanos) {
        timer.newTimeout(due -> heard(number, member), afterNanos, TimeUnit.NANOSECONDS);
    }

    /** Who is still waited for with this message. */
    private synchronized List<String> missing(long number) {
        Hearing hearing = open.get(number);
        return hearing == null ? List.of() : new ArrayList<>(hearing.missing);
    }
}
