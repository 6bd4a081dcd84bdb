package dev.larder.store.redis;

import dev.larder.store.StoreGuard;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a round trip ended. */
sealed interface TripEnd {

    /** It did not: {@code store-away}, {@code store-busy}, {@code store-timeout} or {@code store-garbled}. */
    record Failed(String detail) implements TripEnd {}

    /** There was no connection, or it was lost. */
    Failed AWAY = new Failed(StoreGuard.AWAY);

    /** Those who know do not say that this server is the master now. */
    Failed UNCONFIRMED = new Failed(StoreGuard.UNCONFIRMED);

    /** Too much is under way. */
    Failed BUSY = new Failed("store-busy");

    /** The deadline passed. */
    Failed TIMEOUT = new Failed("store-timeout");

    /** An answer was none to its command. */
    Failed GARBLED = new Failed("store-garbled");

    /** The server refuses: read-only, loading, full, not permitted. */
    Failed REFUSED = new Failed("store-refused");

    /** The server has no room for anything new. It goes on to answer, and to be told of purges. */
    Failed FULL = new Failed(StoreGuard.FULL);

    /**
     * Every command was answered. The accessors throw {@link Unexpected} where an answer is not of the form that its
     * command has.
     *
     * @param answers one for each command: a list, a map, a text, a number, or an {@link Refusal}
     * @param from who gave each of them
     */
    record Replies(List<@Nullable Object> answers, List<RedisLink> from) implements TripEnd {

        /** Ends the links of all these answers, of which one makes no sense: the others may be as wrong. */
        void distrust() {
            from.forEach(RedisLink::close);
        }

        /** Whether a link that an answer came by has been lost since. */
        boolean isFromLost() {
            return from.stream().anyMatch(RedisLink::isClosed);
        }

        /** What the server said instead of doing a command; empty where it did it. */
        String refusal(int place) {
            return answers.get(place) instanceof Refusal refusal ? refusal.text : "";
        }

        /** Whether the command was refused. */
        boolean refused(int place) {
            return answers.get(place) instanceof Refusal;
        }

        /** Whether any was because the server is full. */
        boolean anyWithoutRoom() {
            return answers.stream()
                    .anyMatch(answer -> answer instanceof Refusal refusal && RedisLink.says(refusal.text, "OOM"));
        }

        /** Whether any was. */
        boolean anyRefused() {
            return answers.stream().anyMatch(Refusal.class::isInstance);
        }

        /** Whether the server lacks a script. */
        boolean scriptMissing() {
            return answers.stream()
                    .anyMatch(answer -> answer instanceof Refusal refusal && refusal.text.startsWith("NOSCRIPT"));
        }

        /** A list of so many members, of which some may be null. */
        List<byte @Nullable []> list(int place, int size) {
            if (answers.get(place) instanceof List<?> list && list.size() == size) {
                for (Object member : list) {
                    if (member != null && !(member instanceof byte[])) {
                        throw new Unexpected();
                    }
                }
                @SuppressWarnings("unchecked") // just looked
                List<byte @Nullable []> values = (List<byte @Nullable []>) list;
                return values;
            }
            throw new Unexpected();
        }

        /** A list of texts, as many as there are. */
        List<String> texts(int place) {
            if (!(answers.get(place) instanceof List<?> list)) {
                throw new Unexpected();
            }
            List<String> texts = new ArrayList<>(list.size());
            for (Object member : list) {
                if (!(member instanceof byte[] bytes)) {
                    throw new Unexpected();
                }
                texts.add(new String(bytes, StandardCharsets.UTF_8));
            }
            return texts;
        }

        /** What a scan answered with: the next cursor, and texts. */
        Scanned scanned(int place) {
            if (answers.get(place) instanceof List<?> list
                    && list.size() == 2
                    && list.get(0) instanceof byte[] cursor
                    && list.get(1) instanceof List<?> found) {
                List<String> texts = new ArrayList<>(found.size());
                for (Object one : found) {
                    if (!(one instanceof byte[] bytes)) {
                        throw new Unexpected();
                    }
                    texts.add(new String(bytes, StandardCharsets.UTF_8));
                }
                return new Scanned(new String(cursor, StandardCharsets.UTF_8), texts);
            }
            throw new Unexpected();
        }

        /** A hash; empty where there is none. */
        Map<String, byte[]> hash(int place) {
            if (answers.get(place) instanceof Map<?, ?> map) {
                for (Map.Entry<?, ?> field : map.entrySet()) {
                    if (!(field.getKey() instanceof String) || !(field.getValue() instanceof byte[])) {
                        throw new Unexpected();
                    }
                }
                @SuppressWarnings("unchecked") // just looked
                Map<String, byte[]> hash = (Map<String, byte[]>) map;
                return hash;
            }
            throw new Unexpected();
        }

        /** A text, or null. */
        @Nullable
        String text(int place) {
            return answers.get(place) instanceof String text ? text : null;
        }
    }

    /**
     * A piece of a scan.
     *
     * @param cursor where it goes on; {@code 0} at the end
     */
    record Scanned(String cursor, List<String> texts) {}

    /** An error that the server answered with; its text is for the server's operator and never for a client. */
    record Refusal(String text) {}

    /** An answer that is none to its command: what this connection says cannot be trusted any more. */
    final class Unexpected extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unexpected() {
            super("an answer of another form than its command has", null, false, false);
        }
    }
}
