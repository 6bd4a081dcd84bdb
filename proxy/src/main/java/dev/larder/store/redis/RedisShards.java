package dev.larder.store.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The links by which the store is reached at one moment: the one server's, or one for each master of a cluster. Whoever
 * makes several trips that belong together makes all of them by the same value, so that what they compare comes from the
 * same runs of the servers: a link that has been lost since is never replaced in it. Immutable, any thread.
 *
 * <p>In a cluster a trip is cut into what each master gets. The pieces of a stage travel side by side; the next stage
 * goes out when all of them have been answered. Stages that lie on one link are one pipeline, as on a single server.
 */
final class RedisShards {

    /** What {@link dev.larder.store.Epochs#incarnation} is where each token names its own. */
    private static final String EACH_ITS_OWN = "cluster";

    /** A trip is led on at most so often: a key can be on its way, and its new place known to few as yet. */
    private static final int MOST_REDIRECTS = 4;

    /** Which master has what. */
    interface Slots {

        /** The link of the master that has this key; null where it is away or unknown. */
        @Nullable
        RedisLink of(String key);

        /** The link of the master at this address, {@code host:port}; null where there is none. */
        @Nullable
        RedisLink at(String address);

        /** Any link that is open; null where none is. */
        @Nullable
        RedisLink any();

        /** An answer has shown that this is out of date. */
        void outdated();
    }

    private final @Nullable RedisLink only;
    private final @Nullable Slots slots;

    private RedisShards(@Nullable RedisLink only, @Nullable Slots slots) {
        this.only = only;
        this.slots = slots;
    }

    /** One server that has everything. */
    static RedisShards of(RedisLink only) {
        return new RedisShards(only, null);
    }

    /** The masters of a cluster; {@code slots} does not change. */
    static RedisShards of(Slots slots) {
        return new RedisShards(null, slots);
    }

    /** Whether a link of it is open. */
    boolean isOpen() {
        if (slots != null) {
            return slots.any() != null;
        }
        return only != null && !only.isClosed();
    }

    /** Which run of the server this is; in a cluster the same always, since each token names its own. */
    String incarnation() {
        return only == null ? EACH_ITS_OWN : only.incarnation();
    }

    /**
     * A token that cannot be equal to one of another incarnation: in a cluster each server is another, and fails over by
     * itself.
     *
     * @param from who gave it
     */
    String qualified(String token, RedisLink from) {
        return only == null ? token + '~' + from.incarnation() : token;
    }

    /** The link to whoever has this key; null where that is away or unknown. */
    @Nullable
    RedisLink home(String key) {
        return slots == null ? only : slots.of(key);
    }

    /** Whether what is asked about these keys in one stage is answered in the order in which it is asked. */
    boolean inOrder(List<String> keys) {
        if (slots == null) {
            return true;
        }
        RedisLink first = slots.of(keys.get(0));
        return first != null && keys.stream().allMatch(key -> first.equals(slots.of(key)));
    }

    /** Which way a trip goes over a link. */
    private interface Way {
        CompletableFuture<TripEnd> send(RedisLink link, Trip.Part part, long deadlineNanos);
    }

    /** A trip of a lookup that only reads; see {@link RedisLink#read}. */
    CompletableFuture<TripEnd> read(Trip trip, long deadlineNanos) {
        return only == null
                ? new Round(trip, deadlineNanos, RedisLink::read, Map.of()).run()
                : only.read(trip.whole(), deadlineNanos);
    }

    /** A trip of a fill, or of upkeep that can wait: refused where too much is under way. */
    CompletableFuture<TripEnd> send(Trip trip, long deadlineNanos) {
        return only == null
                ? new Round(trip, deadlineNanos, RedisLink::send, Map.of()).run()
                : only.send(trip.whole(), deadlineNanos);
    }

    /** A trip of a purge, an intent or of upkeep: it has as much room again. */
    CompletableFuture<TripEnd> sendFirst(Trip trip, long deadlineNanos) {
        return only == null
                ? new Round(trip, deadlineNanos, RedisLink::sendFirst, Map.of()).run()
                : only.sendFirst(trip.whole(), deadlineNanos);
    }

    /** The same; on one server it does not count as use, and a heartbeat still comes as seldom as without it. */
    CompletableFuture<TripEnd> sendQuietly(Trip trip, long deadlineNanos) {
        return only == null ? sendFirst(trip, deadlineNanos) : only.sendHeartbeat(trip, deadlineNanos);
    }

    /**
     * Sends a trip that is not {@link Trip.Part#repeatable} to where the answers to the same trip, made anew, were to be found.
     *
     * @param before how that one ended
     * @param places for each place of {@code before} the same one in {@code trip}: both were made alike
     */
    CompletableFuture<TripEnd> sendAgain(Trip trip, TripEnd.Replies before, long deadlineNanos) {
        return only == null
                ? new Round(trip, deadlineNanos, RedisLink::sendFirst, redirects(trip, before.answers())).run()
                : only.sendFirst(trip.whole(), deadlineNanos);
    }

    private static Map<String, Redirect> redirects(Trip trip, List<@Nullable Object> answers) {
        Map<String, Redirect> redirects = new HashMap<>();
        for (int i = 0; i < answers.size(); i++) {
            String key = trip.key(i);
            Redirect redirect = Redirect.of(answers.get(i)).orElse(null);
            if (key != null && redirect != null) {
                redirects.put(key, redirect);
            }
        }
        return redirects;
    }

    /** One trip through a cluster. Each stage is confined to the thread that ends the one before. */
    private final class Round {

        private final Trip trip;
        private final long deadlineNanos;
        private final Way way;
        private final Map<String, Redirect> redirects;
        private final Slots cluster;

        private final @Nullable Object[] answers;
        private final @Nullable RedisLink[] from;
        private int next;
        private int led;

        private Round(Trip trip, long deadlineNanos, Way way, Map<String, Redirect> redirects) {
            if (slots == null) {
                throw new IllegalStateException("one server has no rounds");
            }
            this.cluster = slots;
            this.trip = trip;
            this.deadlineNanos = deadlineNanos;
            this.way = way;
            this.redirects = new HashMap<>(redirects);
            this.answers = new Object[trip.size()];
            this.from = new RedisLink[trip.size()];
        }

        private CompletableFuture<TripEnd> run() {
            int begin = next;
            Map<RedisLink, List<Integer>> byLink = new LinkedHashMap<>();
            if (!share(byLink)) {
                cluster.outdated();
                return CompletableFuture.completedFuture(TripEnd.AWAY);
            }
            int end = next;
            List<CompletableFuture<TripEnd>> ends = new ArrayList<>(byLink.size());
            List<Trip.Part> parts = new ArrayList<>(byLink.size());
            byLink.forEach((link, places) -> {
                Trip.Part part = part(places);
                parts.add(part);
                ends.add(way.send(link, part, deadlineNanos));
            });
            return CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0]))
                    .thenCompose(all -> collected(parts, ends, begin, end));
        }

        /**
         * Shares out the next stage, and those after it while all is on one link. Whether there is a link for each.
         */
        private boolean share(Map<RedisLink, List<Integer>> byLink) {
            RedisLink home = null;
            while (next < trip.size()) {
                int stage = trip.stage(next);
                Map<RedisLink, List<Integer>> more = new LinkedHashMap<>();
                int end = next;
                for (; end < trip.size() && trip.stage(end) == stage; end++) {
                    RedisLink link = link(trip.key(end), home);
                    if (link == null) {
                        return false;
                    }
                    home = home == null ? link : home;
                    from[end] = link;
                    more.computeIfAbsent(link, unseen -> new ArrayList<>()).add(end);
                }
                if (!byLink.isEmpty() && (byLink.size() > 1 || !byLink.keySet().equals(more.keySet()))) {
                    return true;
                }
                more.forEach((link, places) -> byLink.computeIfAbsent(link, unseen -> new ArrayList<>())
                        .addAll(places));
                next = end;
            }
            return true;
        }

        private @Nullable RedisLink link(@Nullable String key, @Nullable RedisLink home) {
            if (key == null) {
                return home == null ? cluster.any() : home;
            }
            Redirect redirect = redirects.get(key);
            return redirect == null ? cluster.of(key) : cluster.at(redirect.address());
        }

        private Trip.Part part(List<Integer> places) {
            int[] of = new int[places.size()];
            boolean[] asking = new boolean[of.length];
            for (int i = 0; i < of.length; i++) {
                of[i] = places.get(i);
                String key = trip.key(of[i]);
                Redirect redirect = key == null ? null : redirects.get(key);
                asking[i] = redirect != null && redirect.asking();
            }
            return new Trip.Part(trip, of, asking);
        }

        private CompletableFuture<TripEnd> collected(
                List<Trip.Part> parts, List<CompletableFuture<TripEnd>> ends, int begin, int end) {
            for (int i = 0; i < parts.size(); i++) {
                TripEnd one = ends.get(i).getNow(TripEnd.AWAY);
                if (!(one instanceof TripEnd.Replies replies)) {
                    return CompletableFuture.completedFuture(one);
                }
                for (int j = 0; j < parts.get(i).size(); j++) {
                    answers[parts.get(i).place(j)] = replies.answers().get(j);
                }
            }
            boolean refused = false;
            boolean redirected = false;
            for (int place = begin; place < end; place++) {
                refused |= answers[place] instanceof TripEnd.Refusal;
                redirected |= redirected(place);
                if (Redirect.meansTrouble(answers[place])) {
                    cluster.outdated();
                }
            }
            if (redirected && trip.whole().repeatable() && led++ < MOST_REDIRECTS) {
                // All of this round, so that the order stays.
                next = begin;
                return run();
            }
            if (next == trip.size() || refused) {
                return CompletableFuture.completedFuture(replies());
            }
            return run();
        }

        /** Whether the command at a place was sent away, to where it can be sent. */
        private boolean redirected(int place) {
            String key = trip.key(place);
            Redirect redirect = Redirect.of(answers[place]).orElse(null);
            if (key == null || redirect == null || cluster.at(redirect.address()) == null) {
                return false;
            }
            redirects.put(key, redirect);
            return true;
        }

        private TripEnd replies() {
            RedisLink any = from[0];
            for (int place = next; place < answers.length; place++) {
                answers[place] = new TripEnd.Refusal("UNSENT what comes before it was refused");
                from[place] = any;
            }
            List<RedisLink> links = new ArrayList<>(from.length);
            for (RedisLink link : from) {
                links.add(java.util.Objects.requireNonNull(link));
            }
            return new TripEnd.Replies(Collections.unmodifiableList(Arrays.asList(answers)), links);
        }
    }
}
