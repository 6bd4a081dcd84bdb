package dev.larder.store.redis;

import dev.larder.store.CacheStore.Sweep;
import dev.larder.store.EpochTokens;
import dev.larder.store.redis.StoredCounts.Count;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes from Redis what is dead, counts what is there, and makes room where a bound comes near. In the background: no purge, no
 * lookup and no fill waits for it, and without it all of them would be as right.
 *
 * <p>A sweep is due a moment after a purge, and where a bound comes near; one sidecar of a store sweeps, for all. Nothing is
 * sent while nothing is purged and nothing is stored. {@link #step} is called by the upkeep's thread; the rest by any thread.
 * What one step begins is ended before the next: {@link #working} hands all fields that say so from one to the other.
 *
 * <p>What it costs: {@link #COMMANDS_PER_HOUR} at most, a name that is found one or two commands; what is stored is told to
 * the others once a second at most (3,600 an hour).
 */
final class RedisSweeper {

    /** The most that sweeping sends, in all: 2,000 a second, some hundredths of what one server can do. */
    static final long COMMANDS_PER_HOUR = 7_200_000;

    private static final Logger LOG = LoggerFactory.getLogger(RedisSweeper.class);

    /** After a purge, so that those that come with it are swept with it. */
    private static final Duration DELAY = Duration.ofSeconds(1);

    /** Between two sweeps; at least as long as the last one took. */
    private static final Duration PAUSE = Duration.ofSeconds(3);

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration TELL = Duration.ofSeconds(1);

    /** No request waits for a step. */
    private static final Duration UPKEEP = Duration.ofSeconds(2);

    /** How far the server's clock may be behind what is believed of it. */
    private static final long CLOCK_MARGIN_MILLIS = 1_000;

    /** One step may begin the next at once so often. */
    private static final int MOST_AT_ONCE = 100;

    private static final CompletionStage<Void> NOTHING = CompletableFuture.allOf();

    private final String id = EpochTokens.next();
    private final RedisNames names;
    private final RedisServers servers;
    private final StoredCounts counts;
    private final LongSupplier nanoTime;
    private final long commandsPerHour;

    /** Whether a step is under way. */
    private final AtomicBoolean working = new AtomicBoolean();

    /** When the first and the last reason for a sweep came; guarded by {@code this}; null where there is none. */
    private @Nullable Long firstReason;

    private @Nullable Long lastReason;

    /** Whether this process has heard of the store's sweeps since it was connected; guarded by {@code this}. */
    private boolean greeted;

    private double budget;
    private long refilledNanos;
    private long nextNanos;
    private long toldNanos;
    private long keptNanos;
    private @Nullable SweepPass pass;
    private long passBeganNanos;
    private boolean evicting;
    private long dead;
    private long removed;
    private long evicted;
    private final Set<RedisLink> asked = new HashSet<>();
    private final Map<RedisLink, ServerMemory> memory = new HashMap<>();

    private volatile Sweep last;
    private volatile String note = "";
    private volatile boolean sweeping;

    /** Whether the last fill found the servers full. */
    private volatile boolean full;

    /** One that has nothing to do yet. */
    RedisSweeper(
            RedisNames names, RedisServers servers, StoredCounts counts, LongSupplier nanoTime, long commandsPerHour) {
        this.names = names;
        this.servers = servers;
        this.counts = counts;
        this.nanoTime = nanoTime;
        this.commandsPerHour = commandsPerHour;
        long now = nanoTime.getAsLong();
        this.refilledNanos = now;
        this.nextNanos = now;
        this.toldNanos = now;
        this.keptNanos = now;
        this.last = new Sweep(0, 0, 0, 0, 0, 0, commandsPerHour);
    }

    /** Something has been purged, by whomever, or room is wanted. */
    void wanted() {
        long now = nanoTime.getAsLong();
        synchronized (this) {
            firstReason = firstReason == null ? (Long) now : firstReason;
            lastReason = now;
        }
    }

    /** Other links: what lies there may have missed or lost anything. */
    synchronized void opened() {
        greeted = false;
    }

    /** A fill was refused by the servers for want of room, or was not. */
    void full(boolean isFull) {
        if (isFull) {
            wanted();
        }
        if (full != isFull) {
            full = isFull;
        }
    }

    Sweep status() {
        Sweep known = last;
        return new Sweep(
                known.dead(),
                known.removed(),
                known.evicted(),
                known.lastMillis(),
                known.tookMillis(),
                counts.refusals(),
                commandsPerHour);
    }

    /** For a person. */
    String describe() {
        return (sweeping ? "sweeping, " : "")
                + (full ? "full: nothing new is stored, purging and reading go on, " : "")
                + note
                + "sweeps cost at most " + commandsPerHour + " commands an hour";
    }

    /** What is due. */
    void step(RedisShards shards, long now) {
        if (!working.compareAndSet(false, true)) {
            return;
        }
        CompletableFuture<?> ignored = due(shards, now)
                .handle((done, failure) -> {
                    if (failure != null) {
                        LOG.error("a sweep was given up", failure);
                        giveUp();
                    }
                    working.set(false);
                    return null;
                })
                .toCompletableFuture();
    }

    private CompletionStage<Void> due(RedisShards shards, long now) {
        double perNano = commandsPerHour / (double) TimeUnit.HOURS.toNanos(1);
        budget = Math.min(perNano * TimeUnit.SECONDS.toNanos(1), budget + perNano * (now - refilledNanos));
        refilledNanos = now;
        for (RedisLink link : servers.links()) {
            if (!link.isClosed() && asked.add(link)) {
                return memory(link);
            }
        }
        if (pass != null) {
            if (now - keptNanos >= LEASE.toNanos() / 3) {
                keptNanos = now;
                return keep(shards);
            }
            return sweep(shards, MOST_AT_ONCE);
        }
        if (counts.hasUntold() && now - toldNanos >= TELL.toNanos()) {
            toldNanos = now;
            return tell(shards);
        }
        if (now - nextNanos >= 0 && isWanted(now)) {
            return begin(shards, now);
        }
        return NOTHING;
    }

    private synchronized boolean isWanted(long now) {
        return !greeted || (firstReason != null && now - firstReason >= DELAY.toNanos());
    }

    // ---- the servers' memory ----------------------------------------------------------------------------------

    private CompletionStage<Void> memory(RedisLink link) {
        asked.removeIf(RedisLink::isClosed);
        memory.keySet().removeIf(RedisLink::isClosed);
        Trip trip = new Trip();
        int place = trip.info("memory");
        return link.sendHeartbeat(trip, deadline()).thenAccept(end -> {
            if (end instanceof TripEnd.Replies replies && replies.text(place) != null) {
                memory.put(link, ServerMemory.read(String.valueOf(replies.text(place))));
                said();
            }
        });
    }

    private void said() {
        long most = 0;
        boolean bounded = true;
        String policy = "";
        for (ServerMemory one : memory.values()) {
            most += one.mostBytes();
            bounded &= one.mostBytes() > 0;
            policy = one.evicts() ? one.policy() : policy;
        }
        counts.servers(bounded ? most : 0);
        String before = note;
        note = policy.isEmpty()
                ? ""
                : "maxmemory-policy " + policy
                        + " may evict what purging needs, which costs hits (noeviction does not), ";
        if (!note.isEmpty() && !note.equals(before)) {
            LOG.warn(
                    "the store's server has maxmemory-policy {}: it may evict what purging needs, and then what depends on it is a"
                            + " miss; noeviction is better, since larder keeps within store.max-bytes and three quarters of maxmemory",
                    policy);
        }
    }

    // ---- who sweeps -------------------------------------------------------------------------------------------

    private long deadline() {
        return nanoTime.getAsLong() + UPKEEP.toNanos();
    }

    private CompletableFuture<@Nullable String> say(RedisShards shards, String what, String since, List<String> more) {
        List<String> arguments =
                new ArrayList<>(List.of(what, id, Long.toString(LEASE.toMillis()), since, shards.incarnation()));
        arguments.addAll(more);
        Trip trip = new Trip();
        int place = trip.script(RedisScript.SWEEP, names.sweep(), arguments.toArray(String[]::new));
        budget--;
        return shards.sendQuietly(trip, deadline()).thenApply(end -> {
            if (!(end instanceof TripEnd.Replies replies) || replies.refused(place)) {
                return null;
            }
            try {
                List<String> answer = replies.texts(place);
                if (answer.isEmpty()) {
                    return null;
                }
                if (what.equals("count")) {
                    counts.told();
                }
                learn(answer);
                return answer.get(0);
            } catch (TripEnd.Unexpected e) {
                replies.distrust();
                return null;
            }
        });
    }

    private void learn(List<String> answer) {
        Map<String, Long> numbers = new HashMap<>();
        Map<String, Count> stored = new HashMap<>();
        for (int i = 1; i + 1 < answer.size(); i += 2) {
            String name = answer.get(i);
            long number = number(answer.get(i + 1));
            if (name.startsWith("n:")) {
                stored.merge(name.substring(2), new Count(number, 0), (a, b) -> a.plus(b.entries(), b.bytes()));
            } else if (name.startsWith("b:")) {
                stored.merge(name.substring(2), new Count(0, number), (a, b) -> a.plus(b.entries(), b.bytes()));
            } else {
                numbers.put(name, number);
            }
        }
        counts.learn(stored);
        last = new Sweep(
                numbers.getOrDefault("dead", 0L),
                numbers.getOrDefault("removed", 0L),
                numbers.getOrDefault("evicted", 0L),
                numbers.getOrDefault("begun", 0L),
                numbers.getOrDefault("took", 0L),
                0,
                commandsPerHour);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private CompletionStage<Void> begin(RedisShards shards, long now) {
        RedisLink home = shards.home(names.sweep());
        if (home == null) {
            return NOTHING;
        }
        Long since;
        synchronized (this) {
            since = lastReason;
            firstReason = null;
            lastReason = null;
            greeted = true;
        }
        long serverNow = home.serverMillis();
        String sinceMillis = since == null
                ? "0"
                : Long.toString(serverNow - TimeUnit.NANOSECONDS.toMillis(now - since) + CLOCK_MARGIN_MILLIS);
        return say(shards, "begin", sinceMillis, List.of()).thenAccept(said -> {
            if ("ok".equals(said)) {
                dead = 0;
                removed = 0;
                evicted = 0;
                evicting = false;
                sweeping = true;
                passBeganNanos = now;
                keptNanos = now;
                pass = pass(shards, serverNow, Map.of());
            } else if (!"done".equals(said)) {
                again(since);
            }
        });
    }

    /** Somebody else is at it, or it could not be done: later. */
    private void again(@Nullable Long since) {
        nextNanos = nanoTime.getAsLong() + PAUSE.toNanos();
        synchronized (this) {
            if (since == null) {
                greeted = false;
            } else {
                firstReason = since;
                lastReason = lastReason == null ? since : lastReason;
            }
        }
    }

    private SweepPass pass(RedisShards shards, long baseMillis, Map<String, SweepPass.Wanted> evict) {
        return new SweepPass(names, shards, servers.links(), counts, baseMillis, evict, this::deadline);
    }

    private CompletionStage<Void> keep(RedisShards shards) {
        return say(shards, "keep", "0", List.of()).thenAccept(said -> {
            if ("gone".equals(said)) {
                giveUp();
            }
        });
    }

    private void giveUp() {
        pass = null;
        sweeping = false;
        again(nanoTime.getAsLong());
    }

    // ---- a sweep ----------------------------------------------------------------------------------------------

    private CompletionStage<Void> sweep(RedisShards shards, int most) {
        SweepPass now = pass;
        if (now == null || budget <= 0 || most == 0) {
            return NOTHING;
        }
        return now.step().thenCompose(done -> {
            budget -= now.takeCommands();
            if (now.isLost()) {
                if (now.isRefused()) {
                    refused();
                } else {
                    giveUp();
                }
                return NOTHING;
            }
            return now.isDone() ? ended(shards, now) : sweep(shards, most - 1);
        });
    }

    private void refused() {
        if (!note.startsWith("SCAN")) {
            note = "SCAN is not allowed, so that what is dead stays for its time and store.max-bytes does not count, ";
            LOG.warn(
                    "the store's server does not allow SCAN: what is purged stays there until its time is over, and neither"
                            + " store.max-bytes nor max-entries count");
        }
        counts.countable(false);
        pass = null;
        sweeping = false;
        // It may be allowed by then.
        nextNanos = nanoTime.getAsLong() + TimeUnit.HOURS.toNanos(1);
    }

    private CompletionStage<Void> ended(RedisShards shards, SweepPass done) {
        dead += done.dead();
        removed += done.removed();
        evicted += done.evicted();
        Map<String, SweepPass.Wanted> evict = evicting ? Map.of() : done.toEvict();
        if (!evict.isEmpty()) {
            evicting = true;
            pass = pass(shards, done.baseMillis(), evict);
            return NOTHING;
        }
        List<String> what = new ArrayList<>();
        done.found().forEach((route, count) -> {
            what.addAll(List.of("n:" + route, Long.toString(count.entries())));
            what.addAll(List.of("b:" + route, Long.toString(count.bytes())));
        });
        what.addAll(List.of("dead", Long.toString(dead), "removed", Long.toString(removed)));
        what.addAll(List.of("evicted", Long.toString(evicted)));
        long now = nanoTime.getAsLong();
        nextNanos = now + Math.max(PAUSE.toNanos(), now - passBeganNanos);
        pass = null;
        counts.countable(true);
        // What this process has stored meanwhile has been counted by now, or nearly so.
        var unused = counts.tell();
        counts.told();
        return say(shards, "end", "0", what).thenAccept(said -> {
            sweeping = false;
            if (said == null) {
                again(now);
            }
        });
    }

    private CompletionStage<Void> tell(RedisShards shards) {
        List<String> what = new ArrayList<>();
        counts.tell().forEach((route, count) -> {
            what.addAll(List.of("n:" + route, Long.toString(count.entries())));
            what.addAll(List.of("b:" + route, Long.toString(count.bytes())));
        });
        return say(shards, "count", "0", what).thenAccept(said -> {});
    }
}
