package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.redis.StoredCounts.Count;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One way through all that is stored, master by master, a few names at a time: counts it, removes what is dead, and what is nearest to its
 * end where room is to be made. One step at a time; each is a few trips, and all that it keeps is bounded.
 *
 * <p>A response is dead where its mark names a token that is not its group's: tokens never come back, and the group is asked
 * after the mark was read. What is removed is removed only while its mark is the same. So the worst that a sweep can do
 * is to lose a hit, whatever happens in between.
 */
final class SweepPass {

    /** Names in one step: the server answers all of it at once, and is busy for less than a millisecond. */
    private static final int NAMES_AT_ONCE = 40;

    /** No route's name: what all of them have together. */
    private static final String ALL = "";

    private static final int MOST_KNOWN = 20_000;
    private static final long CLOCK_MARGIN_MILLIS = 2_000;
    private static final int MOST_TROUBLE = 20;

    private final RedisNames names;
    private final RedisShards shards;
    private final StoredCounts counts;
    private final LongSupplier deadline;
    private final Deque<RedisLink> links;
    private final long baseMillis;

    /** What is to go to make room: the last slot of {@link Remaining}, and how much more is wanted. By route, or of {@link #ALL}. */
    private final Map<String, Wanted> wanted;

    private String cursor = "0";
    private int trouble;
    private boolean refused;

    /** Of groups whose marks have been found right: what they said. A wrong one is always asked for. */
    private final Map<String, String> current = new HashMap<>();

    private final Map<String, Count> found = new HashMap<>();
    private final Map<String, Remaining> remaining = new HashMap<>();
    private long dead;
    private long removed;
    private long evicted;
    private long commands;

    /** How much more is to go. */
    static final class Wanted {
        private final int slot;
        private long left;

        Wanted(int slot, long left) {
            this.slot = slot;
            this.left = left;
        }
    }

    /** One variant on its way through a step. */
    private record Candidate(String key, String field, String text, EntryMark mark) {}

    /**
     * One that begins.
     *
     * @param baseMillis the time by the server's clock to which {@code wanted} refers
     * @param deadline by which a trip that is sent now is to end, in nanoseconds
     */
    SweepPass(
            RedisNames names,
            RedisShards shards,
            Collection<RedisLink> links,
            StoredCounts counts,
            long baseMillis,
            Map<String, Wanted> wanted,
            LongSupplier deadline) {
        this.names = names;
        this.shards = shards;
        this.links = new ArrayDeque<>(links);
        this.counts = counts;
        this.baseMillis = baseMillis;
        this.wanted = wanted;
        this.deadline = deadline;
    }

    long baseMillis() {
        return baseMillis;
    }

    boolean isDone() {
        return links.isEmpty();
    }

    /** It cannot be brought to an end. */
    boolean isLost() {
        return trouble > MOST_TROUBLE || refused || links.stream().anyMatch(RedisLink::isClosed);
    }

    /** The server does not allow it. */
    boolean isRefused() {
        return refused;
    }

    long dead() {
        return dead;
    }

    long removed() {
        return removed;
    }

    long evicted() {
        return evicted;
    }

    Map<String, Count> found() {
        return found;
    }

    /** How many commands the steps since the last call have cost. */
    long takeCommands() {
        long taken = commands;
        commands = 0;
        return taken;
    }

    /** What another pass is to make room by; empty where there is room. */
    Map<String, Wanted> toEvict() {
        Map<String, Wanted> more = new HashMap<>();
        long bytes = 0;
        for (Map.Entry<String, Count> one : found.entrySet()) {
            bytes += one.getValue().bytes();
            want(more, one.getKey(), one.getValue().entries(), counts.maxEntries(one.getKey()));
        }
        want(more, ALL, bytes, counts.maxBytes());
        return more;
    }

    private void want(Map<String, Wanted> more, String route, long amount, long bound) {
        Remaining left = remaining.get(route);
        if (left != null && amount >= StoredCounts.near(bound)) {
            long target = StoredCounts.near(StoredCounts.near(bound));
            more.put(route, new Wanted(left.upTo(amount - target), Math.max(1, amount - target)));
        }
    }

    /** The next few names. Completes when all about them has been done, or has failed, which counts as trouble. */
    CompletionStage<Void> step() {
        RedisLink link = links.getFirst();
        Trip scan = new Trip();
        int place = scan.scan(cursor, names.all(), NAMES_AT_ONCE);
        commands++;
        return link.send(scan.whole(), deadline.getAsLong()).thenCompose(end -> {
            if (!(end instanceof TripEnd.Replies replies)) {
                return troubled();
            }
            if (replies.refused(place)) {
                refused = true;
                return CompletableFuture.allOf();
            }
            return read(replies, () -> {
                TripEnd.Scanned scanned = replies.scanned(place);
                return marks(link, scanned.texts()).thenAccept(done -> {
                    if (done) {
                        cursor = scanned.cursor();
                        if (cursor.equals("0")) {
                            links.removeFirst();
                        }
                    } else {
                        trouble++;
                    }
                });
            });
        });
    }

    private interface Reading {
        CompletionStage<Void> read();
    }

    private CompletionStage<Void> read(TripEnd.Replies replies, Reading reading) {
        try {
            return reading.read();
        } catch (TripEnd.Unexpected e) {
            replies.distrust();
            return troubled();
        }
    }

    private CompletionStage<Void> troubled() {
        trouble++;
        return CompletableFuture.allOf();
    }

    private static final CompletionStage<Boolean> DONE = CompletableFuture.completedFuture(true);
    private static final CompletionStage<Boolean> NOT_DONE = CompletableFuture.completedFuture(false);

    private CompletionStage<Boolean> marks(RedisLink link, List<String> scanned) {
        List<String> keys = scanned.stream().filter(names::isEntry).distinct().toList();
        if (keys.isEmpty()) {
            return DONE;
        }
        Trip trip = new Trip();
        keys.forEach(key -> trip.hashScan(key, RedisNames.MARK + "*"));
        commands += trip.size();
        return link.send(trip.whole(), deadline.getAsLong()).thenCompose(end -> {
            if (!(end instanceof TripEnd.Replies replies)) {
                return NOT_DONE;
            }
            List<Candidate> candidates = new ArrayList<>();
            try {
                for (int i = 0; i < keys.size(); i++) {
                    // What is no hash, or lies elsewhere by now, is not ours to sweep.
                    if (!replies.refused(i)) {
                        add(candidates, keys.get(i), replies.scanned(i).texts());
                    }
                }
            } catch (TripEnd.Unexpected e) {
                replies.distrust();
                return NOT_DONE;
            }
            return judge(link, candidates);
        });
    }

    private static void add(List<Candidate> candidates, String key, List<String> fields) {
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            EntryMark mark = EntryMark.read(fields.get(i + 1));
            if (mark != null) {
                candidates.add(new Candidate(key, fields.get(i), fields.get(i + 1), mark));
            }
        }
    }

    private CompletionStage<Boolean> judge(RedisLink link, List<Candidate> candidates) {
        Set<String> unsure = new LinkedHashSet<>();
        for (Candidate candidate : candidates) {
            candidate.mark.digests().forEach((group, digest) -> {
                if (!digest.equals(current.get(group))) {
                    unsure.add(group);
                }
            });
        }
        if (unsure.isEmpty()) {
            return remove(link, candidates, Map.of());
        }
        Trip trip = new Trip();
        Map<String, Integer> places = new LinkedHashMap<>();
        for (String group : unsure) {
            places.put(group, trip.hashFields(names.group(new PurgeGroup(group, "")), RedisNames.EPOCH));
        }
        commands += trip.size();
        return shards.send(trip, deadline.getAsLong()).thenCompose(end -> {
            if (!(end instanceof TripEnd.Replies replies) || replies.anyRefused()) {
                return NOT_DONE;
            }
            Map<String, String> now = new HashMap<>();
            try {
                places.forEach((group, place) -> {
                    byte[] token = replies.list(place, 1).get(0);
                    now.put(
                            group,
                            token == null
                                    ? ""
                                    : EntryMark.digest(
                                            shards.incarnation(),
                                            shards.qualified(
                                                    new String(token, StandardCharsets.UTF_8),
                                                    replies.from().get(place))));
                });
            } catch (TripEnd.Unexpected e) {
                replies.distrust();
                return NOT_DONE;
            }
            if (current.size() + now.size() > MOST_KNOWN) {
                current.clear();
            }
            current.putAll(now);
            return remove(link, candidates, now);
        });
    }

    private boolean isDead(EntryMark mark, Map<String, String> now, long nowMillis) {
        if (mark.endsMillis() + CLOCK_MARGIN_MILLIS < nowMillis) {
            return true;
        }
        return mark.digests().entrySet().stream()
                .anyMatch(
                        one -> now.containsKey(one.getKey()) && !one.getValue().equals(now.get(one.getKey())));
    }

    private CompletionStage<Boolean> remove(RedisLink link, List<Candidate> candidates, Map<String, String> now) {
        List<Candidate> gone = new ArrayList<>();
        Trip trip = new Trip();
        for (Candidate candidate : candidates) {
            boolean lifeless = isDead(candidate.mark, now, link.serverMillis());
            if (lifeless || makesRoom(candidate.mark)) {
                dead += lifeless ? 1 : 0;
                evicted += lifeless ? 0 : 1;
                gone.add(candidate);
                trip.script(RedisScript.REMOVE, candidate.key, candidate.field, candidate.text);
            } else {
                stays(candidate.mark);
            }
        }
        if (gone.isEmpty()) {
            return DONE;
        }
        commands += trip.size();
        return link.send(trip.whole(), deadline.getAsLong()).thenApply(end -> {
            for (int i = 0; i < gone.size(); i++) {
                if (end instanceof TripEnd.Replies replies && one(replies, i)) {
                    removed++;
                } else {
                    stays(gone.get(i).mark);
                }
            }
            return end instanceof TripEnd.Replies;
        });
    }

    private static boolean one(TripEnd.Replies replies, int place) {
        return !replies.refused(place) && replies.texts(place).equals(List.of("1"));
    }

    private boolean makesRoom(EntryMark mark) {
        int slot = Remaining.slot(mark.endsMillis() - baseMillis);
        return takes(wanted.get(mark.route()), slot, 1) | takes(wanted.get(ALL), slot, mark.bytes());
    }

    private static boolean takes(@Nullable Wanted wanted, int slot, long amount) {
        if (wanted == null || wanted.left <= 0 || slot > wanted.slot) {
            return false;
        }
        wanted.left -= amount;
        return true;
    }

    private void stays(EntryMark mark) {
        found.merge(mark.route(), new Count(1, mark.bytes()), (a, b) -> a.plus(b.entries(), b.bytes()));
        long left = mark.endsMillis() - baseMillis;
        remaining.computeIfAbsent(ALL, all -> new Remaining()).add(left, mark.bytes());
        if (counts.maxEntries(mark.route()) < Long.MAX_VALUE) {
            remaining.computeIfAbsent(mark.route(), route -> new Remaining()).add(left, 1);
        }
    }
}
