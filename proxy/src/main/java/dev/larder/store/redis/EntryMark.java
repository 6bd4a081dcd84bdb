package dev.larder.store.redis;

import dev.larder.store.CacheStore.Filled;
import dev.larder.store.Epochs;
import dev.larder.store.OwedPurges;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What lies beside a stored response so that nobody need read it to see whether it is dead. Pure.
 *
 * <pre>
 * 1795400000000 1503        when its time is over, by the server's clock in milliseconds; about how many bytes it takes
 * courses                   its route
 * q1XfT0aB @                a digest of the token under which it was stored, and the group: the store-wide one,
 * 9nEw_2-k .                the route's own,
 * Zk81mR0d .:id=7           one of the route's,
 * Yc5q0d3v tag:course:7     or another
 * +1795399700000 300000 a-1 who stored it: when its head arrived and for how long it was fresh then, in milliseconds, and by
 *                           which sidecar; marks from before have no such line
 * </pre>
 *
 * <p>It is a hint for sweeping and counting, in clear and not sealed: whoever changes it can have a response removed, and never
 * one served.
 *
 * @param endsMillis when its time is over, by the server's clock
 * @param bytes about what it takes
 * @param route its route
 * @param digests of the tokens, by group
 * @param filled who stored it; null where the mark does not say
 */
record EntryMark(
        long endsMillis,
        long bytes,
        String route,
        Map<String, String> digests,
        @Nullable Filled filled) {

    private static final String OWN = "route:";
    private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final int DIGEST = 8;

    /** Begins no digest, and whoever knows nothing of such a line takes the mark for none and leaves the response alone. */
    private static final char FILLED = '+';

    /** All but the first line, which the server writes. */
    static String text(String route, Epochs epochs, Filled filled) {
        StringBuilder text = new StringBuilder(64).append(route);
        new TreeMap<>(epochs.tokens())
                .forEach((group, token) -> text.append('\n')
                        .append(digest(epochs.incarnation(), token))
                        .append(' ')
                        .append(shorter(route, group)));
        return text.append('\n')
                .append(FILLED)
                .append(filled.at().toEpochMilli())
                .append(' ')
                .append(filled.lifetime().toMillis())
                .append(' ')
                .append(filled.by())
                .toString();
    }

    /** Null where it is none. */
    static @Nullable EntryMark read(String text) {
        String[] lines = text.split("\n", -1);
        int blank = lines[0].indexOf(' ');
        if (lines.length < 3 || blank < 0) {
            return null;
        }
        Map<String, String> digests = new LinkedHashMap<>();
        Filled filled = null;
        for (int i = 2; i < lines.length; i++) {
            if (!lines[i].isEmpty() && lines[i].charAt(0) == FILLED) {
                filled = filled(lines[i].substring(1));
                continue;
            }
            if (lines[i].length() < DIGEST + 2 || lines[i].charAt(DIGEST) != ' ') {
                return null;
            }
            digests.put(whole(lines[1], lines[i].substring(DIGEST + 1)), lines[i].substring(0, DIGEST));
        }
        try {
            return new EntryMark(
                    Long.parseLong(lines[0].substring(0, blank)),
                    Long.parseLong(lines[0].substring(blank + 1)),
                    lines[1],
                    digests,
                    filled);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable Filled filled(String line) {
        String[] words = line.split(" ", 3);
        try {
            return words.length < 3 || words[2].isEmpty()
                    ? null
                    : new Filled(
                            words[2],
                            Instant.ofEpochMilli(Long.parseLong(words[0])),
                            Duration.ofMillis(Long.parseLong(words[1])));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static String shorter(String route, String group) {
        if (group.equals(OwedPurges.EVERYTHING.name())) {
            return "@";
        }
        String own = OWN + route;
        return group.equals(own) || group.startsWith(own + ":") ? "." + group.substring(own.length()) : group;
    }

    private static String whole(String route, String shorter) {
        if (shorter.equals("@")) {
            return OwedPurges.EVERYTHING.name();
        }
        return shorter.startsWith(".") ? OWN + route + shorter.substring(1) : shorter;
    }

    /** 48 bits of a token, which is random: that two are alike only means that something dead stays for its time. */
    static String digest(String incarnation, String token) {
        long hash = fold(fold(0xcbf29ce484222325L, incarnation), "~" + token);
        hash ^= hash >>> 29;
        char[] digits = new char[DIGEST];
        for (int i = 0; i < DIGEST; i++) {
            digits[i] = DIGITS.charAt((int) (hash >>> (6 * i)) & 63);
        }
        return new String(digits);
    }

    /** FNV-1a. */
    private static long fold(long hash, String text) {
        long folded = hash;
        for (int i = 0; i < text.length(); i++) {
            folded = (folded ^ text.charAt(i)) * 0x100000001b3L;
        }
        return folded;
    }
}
