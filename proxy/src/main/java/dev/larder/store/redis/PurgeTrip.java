package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.EpochTokens;
import dev.larder.store.OwedPurges;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one purge, and what each of them is to answer: change tokens, then epochs, then whether other rules store
 * something, then what is told of it, so that whoever joins later reads the new epochs. Confined to one purge.
 */
final class PurgeTrip {

    /**
     * What is the same for each purge of a store.
     *
     * @param news tells the other sidecars
     * @param ended where ended credentials are kept for those who join later
     * @param ttlMillis how long an epoch is kept
     */
    record Terms(RedisNames names, PurgeNews news, EndedCredentials ended, String ttlMillis) {}

    /**
     * A purge that the servers have done.
     *
     * @param heard completes when every other sidecar has heard of it
     * @param reachedAll whether it has turned out to be a purge of everything, of which nobody has been told
     */
    record Done(CompletableFuture<Void> heard, boolean reachedAll) {}

    private final RedisShards on;
    private final Terms terms;
    private final GroupPurge purge;
    private final Trip commands;
    private final List<Map.Entry<Integer, String>> expected = new ArrayList<>();
    private final int purging;

    /** Where it is asked whether this concerns what other rules store; negative where it does not matter. */
    private final int byRules;

    private final String asked = EpochTokens.next();

    private final PurgeNews.Telling telling;

    /**
     * A purge that is asked for.
     *
     * @param wholeScripts whether a server may lack the scripts
     */
    PurgeTrip(Terms terms, RedisShards on, GroupPurge purge, boolean wholeScripts) {
        this.terms = terms;
        this.on = on;
        this.purge = purge;
        this.commands = wholeScripts ? new Trip().withWholeScripts() : new Trip();
        changes(purge.groups());
        for (PurgeGroup group : purge.groups()) {
            add(group, purge.drop(), purge.add());
        }
        for (PurgeGroup group : purge.unmark()) {
            if (GroupPurge.isStored(group)) {
                commands.hashDelete(terms.names().group(group), purge.drop());
            }
        }
        this.byRules = byRules();
        this.purging = commands.size();
        this.telling = tell(purge.held());
    }

    /** What is owed: each group with the hold that it may still need. */
    PurgeTrip(Terms terms, RedisShards on, List<OwedPurges.Owed> batch, long nowNanos) {
        this.terms = terms;
        this.on = on;
        this.purge = GroupPurge.of(batch.stream().map(OwedPurges.Owed::group).toList());
        this.commands = new Trip().withWholeScripts();
        changes(purge.groups());
        Duration longest = Duration.ZERO;
        for (OwedPurges.Owed one : batch) {
            Long until = one.holdUntilNanos();
            Duration left = until == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, until - nowNanos));
            add(one.group(), "", left.isZero() ? null : GroupPurge.Mark.hold(left));
            longest = left.compareTo(longest) > 0 ? left : longest;
        }
        this.byRules = byRules();
        this.purging = commands.size();
        this.telling = tell(longest);
    }

    /** The groups are those of the rules in force here: what others store may lie in none of them. */
    private int byRules() {
        if (purge.groups().contains(OwedPurges.EVERYTHING)
                || purge.groups().stream().noneMatch(GroupPurge::isStored)) {
            return -1;
        }
        return commands.script(
                RedisScript.PURGE_BY,
                terms.names().group(OwedPurges.EVERYTHING),
                asked,
                terms.ttlMillis(),
                terms.news().rules());
    }

    /** As it is sent. */
    Trip commands() {
        return commands;
    }

    /** What becomes of the epochs of these groups. */
    Collection<PurgeGroup> groups() {
        return purge.groups();
    }

    /**
     * The same anew, with other tokens, where a server lacked a script or a slot is on its way to another; null where that is not
     * what the answers say. Nobody hears of this one any more then.
     */
    @Nullable
    PurgeTrip again(TripEnd.Replies replies) {
        if (!worthAnother(replies)) {
            return null;
        }
        telling.drop();
        return new PurgeTrip(terms, on, reachedAll(replies) ? purge.ofAll() : purge, true);
    }

    private static boolean worthAnother(TripEnd.Replies replies) {
        return replies.scriptMissing()
                || replies.answers().stream()
                        .anyMatch(answer -> Redirect.of(answer).isPresent());
    }

    /** Whether all that is stored has been purged, because other rules may have stored some of it. */
    private boolean reachedAll(TripEnd.Replies replies) {
        return byRules >= 0 && !replies.refused(byRules) && answers(replies, "1");
    }

    private boolean answers(TripEnd.Replies replies, String whether) {
        try {
            return replies.texts(byRules).equals(List.of(asked, whether));
        } catch (TripEnd.Unexpected e) {
            return false;
        }
    }

    /** Last, so that whoever joins later reads the new epochs. */
    private PurgeNews.Telling tell(Duration hold) {
        commands.then();
        // One that cannot be kept is told of all the same.
        terms.ended().keep(commands, purge.groups());
        commands.then();
        return terms.news().telling(on, commands, purge.groups(), hold);
    }

    private void add(PurgeGroup group, String drop, GroupPurge.@Nullable Mark mark) {
        if (GroupPurge.isStored(group)) {
            add(terms.names().group(group), drop, mark);
        }
    }

    /** Change tokens first, see {@link EpochReading}. */
    private void changes(Collection<PurgeGroup> groups) {
        Set<String> routes = new LinkedHashSet<>();
        groups.forEach(group -> routes.add(group.route()));
        routes.remove("");
        for (String route : routes) {
            add(terms.names().change(route), "", null);
        }
        commands.then();
    }

    private void add(String key, String drop, GroupPurge.@Nullable Mark mark) {
        String token = EpochTokens.next();
        int place = commands.script(
                RedisScript.PURGE,
                key,
                token,
                terms.ttlMillis(),
                drop,
                mark == null ? "" : mark.field(),
                mark == null
                        ? ""
                        : Long.toString(Math.max(
                                1, TimeUnit.NANOSECONDS.toMillis(mark.length().toNanos()))));
        expected.add(Map.entry(place, token));
    }

    /** Null where the servers have not done all of it: each answer is the very token of its question. */
    @Nullable
    Done done(TripEnd end) {
        if (!(end instanceof TripEnd.Replies replies)) {
            telling.drop();
            return null;
        }
        for (int place = 0; place < purging; place++) {
            if (replies.refused(place)) {
                telling.drop();
                return null;
            }
        }
        for (Map.Entry<Integer, String> one : expected) {
            if (!answered(replies, one.getKey(), one.getValue())) {
                telling.drop();
                replies.distrust();
                return null;
            }
        }
        boolean all = reachedAll(replies);
        if (byRules >= 0 && !all && !answers(replies, "0")) {
            telling.drop();
            replies.distrust();
            return null;
        }
        return new Done(telling.heard(on, replies), all);
    }

    private static boolean answered(TripEnd.Replies replies, int place, String token) {
        try {
            byte[] answer = replies.list(place, 1).get(0);
            return answer != null && new String(answer, StandardCharsets.UTF_8).equals(token);
        } catch (TripEnd.Unexpected e) {
            return false;
        }
    }
}
