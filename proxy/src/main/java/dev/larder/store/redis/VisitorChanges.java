package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.PurgeListener;
import io.netty.util.Timer;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which visitors writes under way may be changing, for all sidecars of the store: a field for each write in one hash, with a
 * deadline. It is there before the backend can act on the write, and goes when every member has heard of the purge. So whoever
 * has fetched something, and reads the hash after that, either finds the write there, or has been told of it, or fetched before
 * the backend acted. What a sidecar that died has left there is for the others to act on, see {@link VisitorLapses}. A sidecar that is alone puts nothing there until somebody joins. Any thread.
 */
final class VisitorChanges {

    /** One write. */
    private static final class Change {
        private final Collection<PurgeGroup> visitors;

        /** Whether the store may know of it. */
        private volatile boolean told;

        private Change(Collection<PurgeGroup> visitors) {
            this.visitors = List.copyOf(visitors);
        }
    }

    /**
     * A write as the store knows it.
     *
     * @param deadlineMillis until when, by the server's clock
     * @param leftMillis how long that is from when it was read; not above zero where it is over
     */
    record Field(String name, long deadlineMillis, long leftMillis, List<PurgeGroup> visitors) {

        /** Whether nobody knows what came of the write. */
        boolean isHold() {
            return name.startsWith(RedisNames.HOLD);
        }
    }

    private final RedisNames names;
    private final Supplier<@Nullable RedisShards> servers;
    private final BooleanSupplier alone;
    private final LongSupplier nanoTime;
    private final Duration timeout;
    private final Duration lease;
    private final VisitorLapses lapses;

    /** By the field of the write. */
    private final Map<String, Change> open = new ConcurrentHashMap<>();

    /**
     * None yet.
     *
     * @param listener told of what others have left behind
     * @param alone whether it is certain that no other sidecar is a member
     * @param lease how long a field stands that is not renewed
     */
    VisitorChanges(
            RedisNames names,
            Supplier<@Nullable RedisShards> servers,
            BooleanSupplier alone,
            PurgeListener listener,
            Timer timer,
            LongSupplier nanoTime,
            Duration timeout,
            Duration lease) {
        this.names = names;
        this.servers = servers;
        this.alone = alone;
        this.nanoTime = nanoTime;
        this.timeout = timeout;
        this.lease = lease;
        this.lapses = new VisitorLapses(listener, timer, nanoTime);
    }

    /** A write may change these visitors from now on; completes with whether those who must know can. */
    CompletionStage<Boolean> begin(String field, Collection<PurgeGroup> visitors) {
        Change change = new Change(visitors);
        // Before the look: who joins after it is told of all that is open.
        open.put(field, change);
        return alone.getAsBoolean() ? CompletableFuture.completedStage(true) : put(Map.of(field, change), lease);
    }

    /** The write is over, and its purge has been heard of; or it has changed nobody. */
    void end(String field) {
        Change change = open.remove(field);
        if (change != null && change.told) {
            remove(field);
        }
    }

    /** The purge of the write is owed: it stands for what is left of its lease. */
    void letLapse(String field) {
        open.remove(field);
    }

    /** The write may change these visitors for so long, since nobody knows what came of it; completes when that can be read. */
    CompletionStage<Boolean> hold(String field, Collection<PurgeGroup> visitors, Duration length) {
        Change before = open.remove(field);
        if (visitors.isEmpty()) {
            return CompletableFuture.completedStage(true);
        }
        return send(Map.of(RedisNames.HOLD + field, new Change(visitors)), length)
                .thenApply(done -> {
                    if (before != null && before.told) {
                        remove(field);
                    }
                    return done;
                });
    }

    /** Somebody joins: what is open is put before they are answered. */
    CompletionStage<Boolean> tell() {
        return open.isEmpty() ? CompletableFuture.completedStage(true) : put(Map.copyOf(open), lease);
    }

    /** Called at a third of the lease. */
    void renew() {
        Map<String, Change> told = new java.util.HashMap<>(open);
        told.values().removeIf(change -> !change.told);
        if (!told.isEmpty()) {
            CompletionStage<Boolean> unused = put(told, lease);
        }
    }

    private CompletionStage<Boolean> put(Map<String, Change> changes, Duration length) {
        changes.values().forEach(change -> change.told = true);
        return send(changes, length).thenApply(done -> {
            // What has ended meanwhile was taken away before it came.
            changes.keySet().stream().filter(field -> !open.containsKey(field)).forEach(this::remove);
            return done;
        });
    }

    private CompletionStage<Boolean> send(Map<String, Change> changes, Duration length) {
        RedisShards shards = servers.get();
        if (shards == null) {
            return CompletableFuture.completedStage(false);
        }
        Trip trip = new Trip();
        changes.forEach((field, change) -> trip.script(
                RedisScript.CHANGING,
                names.changing(),
                field,
                Long.toString(Math.max(1, length.toMillis())),
                text(change.visitors)));
        return shards.sendFirst(trip, deadline())
                .thenApply(end -> end instanceof TripEnd.Replies replies && !replies.anyRefused());
    }

    private void remove(String field) {
        RedisShards shards = servers.get();
        if (shards != null) {
            Trip trip = new Trip();
            trip.hashDelete(names.changing(), field);
            CompletableFuture<?> unused = shards.sendFirst(trip, deadline());
        }
    }

    private long deadline() {
        return nanoTime.getAsLong() + timeout.toNanos();
    }

    /** Whom writes may be changing through any sidecar; null where the store does not say. */
    CompletionStage<@Nullable Collection<PurgeGroup>> read() {
        return fields().thenApply(fields -> {
            if (fields == null) {
                return null;
            }
            List<PurgeGroup> groups = new ArrayList<>();
            for (Field field : fields) {
                if (field.leftMillis() + EpochReading.CLOCK_MARGIN_MILLIS > 0) {
                    groups.addAll(field.visitors());
                }
            }
            return groups;
        });
    }

    /** Looks after what others have begun; completes with whether the store said. Often enough to see each write before it lapses. */
    CompletionStage<Boolean> watch() {
        return fields().thenApply(fields -> {
            if (fields == null) {
                return false;
            }
            lapses.read(fields.stream()
                    .filter(field -> !open.containsKey(field.name()))
                    .toList());
            return true;
        });
    }

    private CompletionStage<@Nullable List<Field>> fields() {
        RedisShards shards = servers.get();
        if (shards == null) {
            return CompletableFuture.completedStage(null);
        }
        Trip trip = new Trip();
        int place = trip.hashAll(names.changing());
        return shards.send(trip, deadline()).thenApply(end -> {
            if (!(end instanceof TripEnd.Replies replies) || replies.refused(place)) {
                return null;
            }
            try {
                return fields(replies.hash(place), replies.from().get(place).serverMillis());
            } catch (TripEnd.Unexpected | IllegalArgumentException notOurs) {
                replies.distrust();
                return null;
            }
        });
    }

    private static List<Field> fields(Map<String, byte[]> hash, long nowMillis) {
        List<Field> fields = new ArrayList<>(hash.size());
        hash.forEach((name, value) -> {
            String[] words = new String(value, StandardCharsets.UTF_8).split(" ", -1);
            List<PurgeGroup> groups = new ArrayList<>(words.length);
            for (int i = 1; i < words.length; i++) {
                groups.add(new PurgeGroup(URLDecoder.decode(words[i], StandardCharsets.UTF_8), ""));
            }
            long deadline = Long.parseLong(words[0]);
            fields.add(new Field(name, deadline, deadline - nowMillis, List.copyOf(groups)));
        });
        return fields;
    }

    private static String text(Collection<PurgeGroup> visitors) {
        StringBuilder text = new StringBuilder();
        for (PurgeGroup group : visitors) {
            text.append(text.isEmpty() ? "" : " ").append(URLEncoder.encode(group.name(), StandardCharsets.UTF_8));
        }
        return text.toString();
    }
}
