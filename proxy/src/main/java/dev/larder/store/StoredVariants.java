package dev.larder.store;

import dev.larder.http.Fields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The responses of the embedded store that share a name, chosen by their Vary (RFC 9111 section 4.1), the latest first.
 * Immutable but for the time of last use. There are at most {@link #MOST}: the least recently used one goes.
 */
final class StoredVariants {

    /** A bound on what a client can add to one key by varying a field. */
    static final int MOST = 8;

    /** Objects, references and map nodes around a response, estimated. */
    private static final int OVERHEAD_BYTES = 400;

    /** A field line or a token: two strings and what refers to them, beside their characters. */
    private static final int LINE_BYTES = 100;

    /** A longer time to live would not fit into nanoseconds for ever. */
    private static final Duration LONGEST = Duration.ofDays(3650);

    private static final long NOTED_EVERY_NANOS = 1_000_000_000;

    /** Nearly always the only one, and so not in a list that a hit would have to look through. */
    private final Variant latest;

    private final List<Variant> earlier;

    private StoredVariants(Variant latest, List<Variant> earlier) {
        this.latest = latest;
        this.earlier = earlier;
    }

    static StoredVariants of(Variant variant) {
        return new StoredVariants(variant, List.of());
    }

    private static StoredVariants of(List<Variant> latestFirst) {
        return new StoredVariants(latestFirst.get(0), List.copyOf(latestFirst.subList(1, latestFirst.size())));
    }

    /** With this one instead of what the same request fields would choose; within {@code maxBytes / 2} in all. */
    StoredVariants with(Variant added, long maxBytes) {
        List<Variant> kept = all();
        kept.removeIf(variant -> variant.vary.equals(added.vary)
                && variant.vary.matches(
                        variant.response.head().varied(), added.response.head().varied()));
        kept.add(0, added);
        while (kept.size() > MOST || (kept.size() > 1 && bytes(kept) > maxBytes / 2)) {
            kept.remove(leastRecentlyUsed(kept));
        }
        return of(kept);
    }

    /** Never the first, which has just been added. */
    private static int leastRecentlyUsed(List<Variant> variants) {
        int least = 1;
        for (int i = 2; i < variants.size(); i++) {
            if (variants.get(i).usedAtNanos - variants.get(least).usedAtNanos < 0) {
                least = i;
            }
        }
        return least;
    }

    /** Without this one; null where none is left. */
    @Nullable
    StoredVariants without(Variant dead) {
        List<Variant> kept = all();
        if (!kept.remove(dead)) {
            return this;
        }
        return kept.isEmpty() ? null : of(kept);
    }

    /** The latest whose selecting fields are those of this request, or null. */
    @Nullable
    Variant choose(Fields request) {
        if (latest.matches(request)) {
            return latest;
        }
        for (int i = 0; i < earlier.size(); i++) {
            Variant variant = earlier.get(i);
            if (variant.matches(request)) {
                return variant;
            }
        }
        return null;
    }

    /** A list of the caller's own. */
    List<Variant> all() {
        List<Variant> all = new ArrayList<>(count());
        all.add(latest);
        all.addAll(earlier);
        return all;
    }

    int count() {
        return 1 + earlier.size();
    }

    /** When the last of them may be dropped. */
    long untilNanos() {
        long until = latest.untilNanos;
        for (Variant variant : earlier) {
            until = variant.untilNanos - until > 0 ? variant.untilNanos : until;
        }
        return until;
    }

    /** The name of the route that they belong to. */
    String route() {
        return latest.route;
    }

    int weight(int nameLength) {
        return (int) Math.min(Integer.MAX_VALUE, bytes(all()) + nameLength + OVERHEAD_BYTES);
    }

    private static long bytes(List<Variant> variants) {
        long bytes = 0;
        for (Variant variant : variants) {
            bytes += variant.bytes;
        }
        return bytes;
    }

    /** One stored response, and when it was last used. */
    static final class Variant {

        private final StoredResponse response;
        private final Epochs under;
        private final Vary vary;
        private final String route;
        private final long untilNanos;
        private final long bytes;

        /** Only ever a hint for eviction: a lost update between threads does no harm. */
        private volatile long usedAtNanos;

        /** The same. */
        private volatile long notedAtNanos;

        Variant(String route, StoredResponse response, Epochs under, Vary vary, long nowNanos, Duration timeToLive) {
            this.route = route;
            this.response = response;
            this.under = under;
            this.vary = vary;
            this.usedAtNanos = nowNanos;
            this.notedAtNanos = nowNanos - NOTED_EVERY_NANOS;
            this.untilNanos = nowNanos + (timeToLive.compareTo(LONGEST) < 0 ? timeToLive : LONGEST).toNanos();
            this.bytes = estimate(response);
        }

        private boolean matches(Fields request) {
            return vary.names().isEmpty() || vary.matches(response.head().varied(), request);
        }

        StoredResponse response() {
            return response;
        }

        /** The epochs, of the store that this is in, without which it is dead. */
        Epochs under() {
            return under;
        }

        String route() {
            return route;
        }

        long untilNanos() {
            return untilNanos;
        }

        long bytes() {
            return bytes;
        }

        /** Written only when it has grown by a millisecond, so that cores do not fight for a hot response's line. */
        void usedAt(long nowNanos) {
            if (nowNanos - usedAtNanos > 1_000_000) {
                usedAtNanos = nowNanos;
            }
        }

        /** Whether this use is one of those that eviction hears of: the first, and then one a second. */
        boolean isToBeNoted(long nowNanos) {
            boolean due = nowNanos - notedAtNanos >= NOTED_EVERY_NANOS;
            if (due) {
                notedAtNanos = nowNanos;
            }
            return due;
        }

        private static long estimate(StoredResponse response) {
            // The head twice: as fields, and from the first hit on as it goes out.
            return OVERHEAD_BYTES
                    + response.body().length
                    + response.keyText().length()
                    + fields(response.head().response().fields())
                    + characters(response.head().response().fields())
                    + fields(response.head().varied())
                    + tokens(response.epochs().tokens());
        }

        private static long fields(Fields fields) {
            return (long) LINE_BYTES * fields.size() + characters(fields);
        }

        private static long characters(Fields fields) {
            long characters = 0;
            for (int i = 0; i < fields.size(); i++) {
                characters += fields.name(i).length() + fields.value(i).length();
            }
            return characters;
        }

        private static long tokens(Map<String, String> tokens) {
            long bytes = 0;
            for (Map.Entry<String, String> token : tokens.entrySet()) {
                bytes += LINE_BYTES + token.getKey().length() + token.getValue().length();
            }
            return bytes;
        }
    }
}
