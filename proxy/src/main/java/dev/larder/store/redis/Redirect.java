package dev.larder.store.redis;

import dev.larder.store.redis.TripEnd.Refusal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cluster's answer that a key is to be asked for elsewhere.
 *
 * @param address {@code host:port} of who has it; the host is empty where it is the one that said so
 * @param asking whether the key is on its way there, so that this one command is to be announced as asked for on purpose;
 *     else the slot has been there for some time, and the map of slots is out of date
 */
record Redirect(String address, boolean asking) {

    /** What a refusal says of this kind, if it does: {@code MOVED SLOT HOST:PORT} or {@code ASK SLOT HOST:PORT}. */
    static Optional<Redirect> of(@Nullable Object answer) {
        if (!(answer instanceof Refusal refusal)) {
            return Optional.empty();
        }
        String[] words = refusal.text().split(" ", -1);
        boolean asking = words[0].equals("ASK");
        return words.length == 3 && (asking || words[0].equals("MOVED"))
                ? Optional.of(new Redirect(words[2], asking))
                : Optional.empty();
    }

    /** Whether a refusal says that nothing of this slot can be done for the moment, or not there. */
    static boolean meansTrouble(@Nullable Object answer) {
        return answer instanceof Refusal refusal
                && (refusal.text().startsWith("MOVED ")
                        || refusal.text().startsWith("CLUSTERDOWN")
                        || refusal.text().startsWith("READONLY")
                        || refusal.text().startsWith("LOADING"));
    }
}
