package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What sidecars of one store tell each other, and its form: words between blanks, percent-encoded. Pure. */
sealed interface FeedMessage {

    /**
     * {@code join ID NUMBER RULES}: a sidecar is about to use what it knows beside the store, or goes by these rules from now on;
     * answered by {@link Heard}.
     */
    record Join(String member, long number, String rules) implements FeedMessage {}

    /** {@code purge ID NUMBER ROUTE GROUP …}: groups are purged in the store; answered by {@link Heard}. */
    record Purge(String member, long number, List<PurgeGroup> groups) implements FeedMessage {}

    /**
     * {@code hold ID NUMBER MILLIS ROUTE GROUP …}: the same, and for so long it is not known what a write makes of them; answered
     * by {@link Heard}.
     */
    record Hold(String member, long number, long millis, List<PurgeGroup> groups) implements FeedMessage {}

    /** {@code heard ID NUMBER}: to the member that sent that number, when it has been acted on. */
    record Heard(String member, long number) implements FeedMessage {}

    /** {@code ping NUMBER}: to oneself: what was said before it has come. */
    record Ping(long number) implements FeedMessage {}

    /** {@code landed HASH}, {@code let-go HASH} or {@code not-storable HASH}: what came of a fetch that others wait for. */
    record Flown(String flight, String how) implements FeedMessage {

        static final String LANDED = "landed";
        static final String LET_GO = "let-go";
        static final String NOT_STORABLE = "not-storable";
    }

    /** As it is published. */
    default String text() {
        if (this instanceof Join join) {
            return "join " + join.member + " " + join.number + " " + encode(join.rules);
        }
        if (this instanceof Heard heard) {
            return "heard " + heard.member + " " + heard.number;
        }
        if (this instanceof Ping ping) {
            return "ping " + ping.number;
        }
        if (this instanceof Flown flown) {
            return flown.how + " " + flown.flight;
        }
        if (this instanceof Hold hold) {
            return "hold " + hold.member + " " + hold.number + " " + hold.millis + words(hold.groups);
        }
        Purge purge = (Purge) this;
        return "purge " + purge.member + " " + purge.number + words(purge.groups);
    }

    private static String words(List<PurgeGroup> groups) {
        StringBuilder text = new StringBuilder();
        for (PurgeGroup group : groups) {
            text.append(' ').append(encode(group.route())).append(' ').append(encode(group.name()));
        }
        return text.toString();
    }

    /** A purge of these groups, with a hold where {@code hold} is not zero. */
    static FeedMessage purge(String member, long number, Collection<PurgeGroup> groups, Duration hold) {
        List<PurgeGroup> all = List.copyOf(groups);
        return hold.isZero()
                ? new Purge(member, number, all)
                : new Hold(member, number, Math.max(1, hold.toMillis()), all);
    }

    /** What a text says, or null where it cannot be read, e.g. because another version of larder sent it. */
    static @Nullable FeedMessage parse(String text) {
        String[] words = text.split(" ", -1);
        try {
            return switch (words[0]) {
                case "join" ->
                    words.length == 4 ? new Join(words[1], Long.parseLong(words[2]), decode(words[3])) : null;
                case "heard" -> words.length == 3 ? new Heard(words[1], Long.parseLong(words[2])) : null;
                case "ping" -> words.length == 2 ? new Ping(Long.parseLong(words[1])) : null;
                case "purge" ->
                    words.length >= 3 && words.length % 2 == 1
                            ? new Purge(words[1], Long.parseLong(words[2]), groups(words, 3))
                            : null;
                case "hold" ->
                    words.length >= 4 && words.length % 2 == 0
                            ? new Hold(words[1], Long.parseLong(words[2]), Long.parseLong(words[3]), groups(words, 4))
                            : null;
                case Flown.LANDED, Flown.LET_GO, Flown.NOT_STORABLE ->
                    words.length == 2 ? new Flown(words[1], words[0]) : null;
                default -> null;
            };
        } catch (IllegalArgumentException unreadable) {
            return null;
        }
    }

    private static List<PurgeGroup> groups(String[] words, int from) {
        List<PurgeGroup> groups = new ArrayList<>(words.length / 2);
        for (int i = from; i < words.length; i += 2) {
            groups.add(new PurgeGroup(decode(words[i + 1]), decode(words[i])));
        }
        return List.copyOf(groups);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
