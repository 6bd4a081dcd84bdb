package dev.larder.store.redis;

import dev.larder.store.EpochTokens;
import dev.larder.store.Leadership;
import dev.larder.store.SharedFlight;
import io.netty.util.Timer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fetches of which only one sidecar of the store is to make each. Who makes it holds a lease, renewed while it fetches, and
 * the others wait for its message, or for the lease to lapse, and then one of them takes it. Where the server cannot say,
 * everybody fetches. Any thread.
 */
final class SharedFlights {

    /** How long others wait for a sidecar that has died; and how long it is remembered what came of a flight. */
    static final Duration LEASE = Duration.ofSeconds(2);

    private static final String LEASE_MILLIS = Long.toString(LEASE.toMillis());

    private static final Leadership LANDED = new Leadership.Landed();
    private static final Leadership NOT_STORABLE = new Leadership.NotStorable();
    private static final Leadership TOOK_TOO_LONG = new Leadership.TookTooLong();
    private static final Leadership ALONE = new Leadership.Alone();

    private final RedisNames names;
    private final Supplier<@Nullable RedisShards> servers;
    private final Timer timer;
    private final LongSupplier nanoTime;
    private final long timeoutNanos;

    /** Those who wait for a flight of another sidecar, by its hash. */
    private final ConcurrentHashMap<String, Set<Waiting>> waiting = new ConcurrentHashMap<>();

    SharedFlights(
            RedisNames names,
            Supplier<@Nullable RedisShards> servers,
            Timer timer,
            LongSupplier nanoTime,
            Duration timeout) {
        this.names = names;
        this.servers = servers;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.timeoutNanos = timeout.toNanos();
    }

    /** See {@link dev.larder.store.CacheStore#lead}. Never completes exceptionally. */
    CompletableFuture<Leadership> lead(String flight, Duration patience) {
        Waiting asking = new Waiting(hash(flight), nanoTime.getAsLong() + patience.toNanos());
        // Before it is asked: the word may come before the answer.
        asking.enter();
        asking.ask();
        return asking.decided;
    }

    /** Another sidecar's flight has ended. */
    void heard(FeedMessage.Flown flown) {
        Set<Waiting> told = waiting.get(flown.flight());
        if (told != null) {
            told.forEach(one -> one.ended(flown.how()));
        }
    }

    private static String hash(String flight) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(flight.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** One request for the lead, until it is decided. */
    private final class Waiting {

        private final CompletableFuture<Leadership> decided = new CompletableFuture<>();
        private final String hash;
        private final long untilNanos;
        private final String id = EpochTokens.next();

        Waiting(String hash, long untilNanos) {
            this.hash = hash;
            this.untilNanos = untilNanos;
        }

        void enter() {
            waiting.compute(hash, (same, others) -> {
                Set<Waiting> all = others == null ? ConcurrentHashMap.newKeySet(2) : others;
                all.add(this);
                return all;
            });
        }

        void ask() {
            RedisShards on = servers.get();
            if (decided.isDone()) {
                return;
            }
            if (on == null) {
                decide(ALONE);
                return;
            }
            Trip trip = new Trip();
            int place = trip.script(RedisScript.LEAD, names.flight(hash), id, LEASE_MILLIS);
            CompletableFuture<?> ignored =
                    on.send(trip, nanoTime.getAsLong() + timeoutNanos).thenAccept(end -> answered(texts(end, place)));
        }

        private void answered(List<String> said) {
            String how = said.isEmpty() ? "" : said.get(0);
            if (how.equals("own")) {
                Held held = new Held(hash, id);
                if (decide(new Leadership.Leads(held))) {
                    held.renewLater();
                } else {
                    held.letGo(false);
                }
            } else if (how.equals("other") && said.size() == 2) {
                waitOn(said.get(1));
            } else {
                ended(how);
            }
        }

        /** Until its lease lapses, or patience does; its holder's word comes by itself. */
        private void waitOn(String leftMillis) {
            long patience = untilNanos - nanoTime.getAsLong();
            if (patience <= 0) {
                decide(TOOK_TOO_LONG);
                return;
            }
            long left = leftMillis.matches("[0-9]{1,9}")
                    ? TimeUnit.MILLISECONDS.toNanos(Long.parseLong(leftMillis) + 1)
                    : LEASE.toNanos();
            long pause = Math.min(Math.min(left, LEASE.toNanos()), patience);
            timer.newTimeout(due -> ask(), pause, TimeUnit.NANOSECONDS);
        }

        void ended(String how) {
            boolean unused = switch (how) {
                case FeedMessage.Flown.LANDED -> decide(LANDED);
                case FeedMessage.Flown.NOT_STORABLE -> decide(NOT_STORABLE);
                default -> decide(ALONE);
            };
        }

        private boolean decide(Leadership how) {
            waiting.computeIfPresent(hash, (same, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
            return decided.complete(how);
        }
    }

    private static List<String> texts(TripEnd end, int place) {
        if (!(end instanceof TripEnd.Replies replies) || replies.refused(place)) {
            return List.of();
        }
        try {
            return replies.texts(place);
        } catch (TripEnd.Unexpected e) {
            replies.distrust();
            return List.of();
        }
    }

    /** A lease that this sidecar holds. */
    private final class Held implements SharedFlight {

        private final AtomicBoolean over = new AtomicBoolean();
        private final String hash;
        private final String id;

        Held(String hash, String id) {
            this.hash = hash;
            this.id = id;
        }

        @Override
        public void landed() {
            end(FeedMessage.Flown.LANDED);
        }

        @Override
        public void letGo(boolean notStorable) {
            end(notStorable ? FeedMessage.Flown.NOT_STORABLE : FeedMessage.Flown.LET_GO);
        }

        private void end(String how) {
            if (over.compareAndSet(false, true)) {
                tell(how);
            }
        }

        void renewLater() {
            timer.newTimeout(
                    due -> {
                        if (!over.get()) {
                            tell("renew");
                            renewLater();
                        }
                    },
                    LEASE.toNanos() / 3,
                    TimeUnit.NANOSECONDS);
        }

        /** Nobody waits for the answer: what is lost ends with the lease. */
        private void tell(String what) {
            RedisShards on = servers.get();
            if (on != null) {
                Trip trip = new Trip();
                int unused = trip.script(
                        RedisScript.FLOWN,
                        names.flight(hash),
                        id,
                        what,
                        LEASE_MILLIS,
                        names.feed(),
                        new FeedMessage.Flown(hash, what).text());
                CompletableFuture<TripEnd> ignored = on.sendFirst(trip, nanoTime.getAsLong() + LEASE.toNanos());
            }
        }
    }
}
