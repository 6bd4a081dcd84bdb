package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.EpochTokens;
import dev.larder.store.Epochs;
import dev.larder.store.OwedPurges;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The epochs of some groups and the change token of a route as a trip brought them. Asks for the groups first and for
 * the change token last: a purge writes in the other order, so whoever sees an epoch that a purge wrote sees its change
 * token as well. Where they lie on different servers, the change token is left to {@link #touch}: only what is to be
 * fetched needs it, and a hit is one round trip. Confined to the trip's callbacks.
 *
 * <p>A reading is <em>settled</em> where everything is there and no intent or hold may have lapsed. One that is not has
 * {@link #touch} ask once more, which makes what is missing and turns what has lapsed into the purge that it stands for.
 */
final class EpochReading {

    /** How far the server's clock may be ahead of what is believed of it. */
    static final long CLOCK_MARGIN_MILLIS = 1_000;

    /** Which intents what is stored may be used under. */
    interface Trust {

        /**
         * Whether it may under this one.
         *
         * @param field its name
         * @param deadlineMillis the end of its lease, by the clock of {@code from}
         */
        boolean in(String field, long deadlineMillis, RedisLink from);
    }

    private final RedisNames names;
    private final RedisShards shards;
    private final String ttlMillis;
    private final String route;
    private final String rules;
    private Trust trust = (field, deadlineMillis, from) -> true;
    private boolean doubtful;
    private boolean purged;

    /** What was asked for, and the store-wide one. */
    private final List<PurgeGroup> groups;

    private final int[] places;
    private int changePlace = -1;

    private final Map<String, String> tokens = new HashMap<>();
    private final Set<PurgeGroup> missing = new LinkedHashSet<>();
    private final Set<PurgeGroup> lapsed = new LinkedHashSet<>();
    private @Nullable String change;
    private final Set<PurgeGroup> heldGroups = new HashSet<>();
    private boolean quiet = true;

    /** Whether it is noted that things are stored by these rules, and whether that may be so by others. */
    private boolean listed;

    private boolean mixed;

    /**
     * Nothing is asked yet.
     *
     * @param rules by which something is going to be stored; empty where nothing is
     */
    EpochReading(
            RedisNames names, RedisShards shards, long ttlMillis, String route, String rules, List<PurgeGroup> groups) {
        this.names = names;
        this.shards = shards;
        this.ttlMillis = Long.toString(ttlMillis);
        this.route = route;
        this.rules = rules;
        this.groups = new ArrayList<>(groups);
        this.groups.add(OwedPurges.EVERYTHING);
        this.places = new int[this.groups.size()];
    }

    /** Before it is read. */
    void trusting(Trust trusted) {
        trust = trusted;
    }

    /** Adds what is to be asked to a trip. */
    void ask(Trip trip) {
        List<String> keys = new ArrayList<>(places.length + 1);
        for (int i = 0; i < places.length; i++) {
            String key = names.group(groups.get(i));
            places[i] = trip.hashAll(key);
            keys.add(key);
        }
        keys.add(names.change(route));
        if (!route.isEmpty() && shards.inOrder(keys)) {
            changePlace = trip.behind().hashFields(names.change(route), RedisNames.EPOCH);
        }
    }

    /**
     * Takes the answers.
     *
     * @return whether the server gave them all
     */
    boolean read(TripEnd.Replies replies) {
        for (int i = 0; i < places.length; i++) {
            if (replies.refused(places[i])) {
                return false;
            }
            readGroup(groups.get(i), replies.hash(places[i]), replies.from().get(places[i]));
        }
        if (changePlace < 0) {
            change = route.isEmpty() ? "" : null;
            return true;
        }
        if (replies.refused(changePlace)) {
            return false;
        }
        byte[] token = replies.list(changePlace, 1).get(0);
        change = token == null
                ? null
                : shards.qualified(text(token), replies.from().get(changePlace));
        return true;
    }

    private void readGroup(PurgeGroup group, Map<String, byte[]> hash, RedisLink from) {
        long nowMillis = from.serverMillis();
        for (Map.Entry<String, byte[]> field : hash.entrySet()) {
            boolean hold = field.getKey().startsWith(RedisNames.HOLD);
            if (hold || field.getKey().startsWith(RedisNames.INTENT)) {
                quiet = false;
                long deadline = deadline(field.getValue());
                if (deadline <= nowMillis + CLOCK_MARGIN_MILLIS) {
                    lapsed.add(group);
                } else if (!hold) {
                    doubtful |= !trust.in(field.getKey(), deadline, from);
                }
                if (hold) {
                    heldGroups.add(group);
                }
            }
        }
        if (group.equals(OwedPurges.EVERYTHING)) {
            String own = RedisNames.RULES + rules;
            listed = rules.isEmpty();
            for (String field : hash.keySet()) {
                if (field.equals(own)) {
                    listed = true;
                } else if (field.startsWith(RedisNames.RULES)) {
                    mixed = true;
                }
            }
        }
        byte[] epoch = hash.get(RedisNames.EPOCH);
        if (epoch == null) {
            missing.add(group);
        } else {
            tokens.put(group.name(), shards.qualified(text(epoch), from));
        }
    }

    /** What cannot be read has passed: the server's own look at it decides. */
    private static long deadline(byte[] digits) {
        try {
            return Long.parseLong(text(digits));
        } catch (NumberFormatException e) {
            return Long.MIN_VALUE;
        }
    }

    /** Whether nothing but epochs was there: no intent and no hold, and nothing missing. */
    boolean isQuiet() {
        return quiet && missing.isEmpty();
    }

    /** Whether an intent stands that is not trusted. */
    boolean isDoubtful() {
        return doubtful;
    }

    /** Whether something turned out to have lapsed, which was a purge. */
    boolean hasPurged() {
        return purged;
    }

    /** Whether an intent or a hold may have lapsed, so that even a current epoch must be asked for again. */
    boolean mayHaveLapsed() {
        return !lapsed.isEmpty();
    }

    /** Whether {@link #epochs} can be asked for. */
    boolean settled() {
        return missing.isEmpty() && lapsed.isEmpty() && change != null && listed;
    }

    /** Adds to a trip what settles this reading. */
    Touch touch() {
        return new Touch();
    }

    /** Whether a response that was stored under these epochs is still what the server has. */
    boolean current(Epochs stored) {
        if (!stored.incarnation().equals(shards.incarnation())) {
            return false;
        }
        // What other rules have stored is looked at by the very groups by which whoever stored it purges it.
        if (stored.tokens().size() != groups.size()) {
            return false;
        }
        for (PurgeGroup group : groups) {
            String token = tokens.get(group.name());
            if (token == null || !token.equals(stored.tokens().get(group.name()))) {
                return false;
            }
        }
        return true;
    }

    /** Whether things may be stored by other rules as well. */
    boolean isMixed() {
        return mixed;
    }

    /** Whether a hold stands on one of the groups. */
    boolean held() {
        return !heldGroups.isEmpty();
    }

    /**
     * The epochs of a settled reading. What counts as a change of the route is also a new store-wide epoch, which renews
     * no route's own token, and another run of the server, which may have lost one.
     */
    Epochs epochs() {
        String all = tokens.get(OwedPurges.EVERYTHING.name());
        return new Epochs(
                shards.incarnation(), Map.copyOf(tokens), change + "." + all + "." + shards.incarnation(), held());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The second question of a reading that is not settled. */
    final class Touch {

        private final Trip trip = lapsed.isEmpty() ? new Trip() : new Trip().withWholeScripts();
        private final Map<PurgeGroup, Integer> touched = new HashMap<>();
        private final Set<String> made = new HashSet<>();
        private int changeTouched = -1;

        private Touch() {
            // That something lapsed is a purge, to be done whole: the server may have one script and lack the other.
            // And a purge writes the change tokens of its routes first.
            Set<String> routes = new LinkedHashSet<>();
            lapsed.forEach(group -> routes.add(group.route()));
            routes.remove("");
            for (String changed : routes) {
                trip.script(RedisScript.PURGE, names.change(changed), EpochTokens.next(), ttlMillis, "", "", "");
            }
            trip.then();
            Set<PurgeGroup> unsettled = new LinkedHashSet<>(lapsed);
            unsettled.addAll(missing);
            if (!listed) {
                unsettled.add(OwedPurges.EVERYTHING);
            }
            for (PurgeGroup group : unsettled) {
                String token = EpochTokens.next();
                touched.put(group, trip.script(RedisScript.TOUCH, names.group(group), token, ttlMillis, rules(group)));
                if (lapsed.contains(group)) {
                    made.add(token);
                }
            }
            if (!route.isEmpty()) {
                trip.then();
                // Read again, and last, since it must not be older than any epoch.
                changeTouched = trip.script(RedisScript.TOUCH, names.change(route), EpochTokens.next(), ttlMillis, "");
            }
        }

        private String rules(PurgeGroup group) {
            return group.equals(OwedPurges.EVERYTHING) ? rules : "";
        }

        Trip trip() {
            return trip;
        }

        /** Takes the answers; whether the server did what it was told. */
        boolean read(TripEnd.Replies replies) {
            if (replies.anyRefused()) {
                return false;
            }
            touched.forEach((group, place) -> {
                List<byte @Nullable []> answer = replies.list(place, 3);
                if (group.equals(OwedPurges.EVERYTHING)) {
                    listed = true;
                    mixed = needed(answer.get(2)).equals("1");
                }
                String token = needed(answer.get(0));
                purged |= made.contains(token);
                tokens.put(group.name(), shards.qualified(token, replies.from().get(place)));
                if (needed(answer.get(1)).equals("1")) {
                    heldGroups.add(group);
                } else {
                    heldGroups.remove(group);
                }
            });
            if (changeTouched >= 0) {
                change = shards.qualified(
                        needed(replies.list(changeTouched, 3).get(0)),
                        replies.from().get(changeTouched));
            }
            missing.clear();
            lapsed.clear();
            return true;
        }

        private static String needed(byte @Nullable [] value) {
            if (value == null) {
                throw new TripEnd.Unexpected();
            }
            return text(value);
        }
    }
}
