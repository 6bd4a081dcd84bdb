package dev.larder.store.redis;

import dev.larder.http.StoredHead;
import dev.larder.store.CacheStore.Filled;
import dev.larder.store.CacheStore.StoredEntry;
import dev.larder.store.CacheStore.StoredPage;
import dev.larder.store.StoreKey;
import dev.larder.store.StoredResponse;
import dev.larder.store.Vary;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Pages through what Redis holds, by SCAN and the {@link EntryMark}s beside the responses, server after server. Two trips a
 * page, behind those of requests, and no response is read. Any thread.
 */
final class RedisListing {

    private static final String START = "0";

    private final RedisNames names;
    private final RedisServers servers;
    private final LongSupplier deadline;

    /**
     * A listing.
     *
     * @param deadline by which a trip that is sent now is to end, in nanoseconds
     */
    RedisListing(RedisNames names, RedisServers servers, LongSupplier deadline) {
        this.names = names;
        this.servers = servers;
        this.deadline = deadline;
    }

    /** A cursor is the incarnation of a server, a blank, and the cursor of its SCAN. */
    CompletionStage<StoredPage> page(String cursor, int most) {
        List<RedisLink> links = servers.links().stream()
                .sorted(Comparator.comparing(RedisLink::incarnation))
                .toList();
        int blank = cursor.lastIndexOf(' ');
        Optional<RedisLink> link = cursor.isEmpty()
                ? links.stream().findFirst()
                : links.stream()
                        .filter(one -> blank > 0 && one.incarnation().equals(cursor.substring(0, blank)))
                        .findFirst();
        if (link.isEmpty()) {
            return expired();
        }
        RedisLink on = link.get();
        Trip scan = new Trip();
        int place = scan.scan(cursor.isEmpty() ? START : cursor.substring(blank + 1), names.all(), most);
        return on.send(scan.whole(), deadline.getAsLong()).thenCompose(end -> {
            if (!(end instanceof TripEnd.Replies replies) || replies.refused(place)) {
                return expired();
            }
            try {
                TripEnd.Scanned scanned = replies.scanned(place);
                return marks(on, scanned.texts(), next(links, on, scanned.cursor()));
            } catch (TripEnd.Unexpected e) {
                replies.distrust();
                return expired();
            }
        });
    }

    private static CompletionStage<StoredPage> expired() {
        return CompletableFuture.completedFuture(new StoredPage(List.of(), "", true));
    }

    private static String next(List<RedisLink> links, RedisLink on, String scanned) {
        if (!scanned.equals(START)) {
            return on.incarnation() + ' ' + scanned;
        }
        int after = links.indexOf(on) + 1;
        return after < links.size() ? links.get(after).incarnation() + ' ' + START : "";
    }

    private CompletionStage<StoredPage> marks(RedisLink on, List<String> scanned, String next) {
        List<String> keys = scanned.stream().filter(names::isEntry).distinct().toList();
        if (keys.isEmpty()) {
            return CompletableFuture.completedFuture(new StoredPage(List.of(), next, false));
        }
        Trip trip = new Trip();
        keys.forEach(key -> trip.hashScan(key, RedisNames.MARK + "*"));
        return on.send(trip.whole(), deadline.getAsLong()).thenCompose(end -> {
            if (!(end instanceof TripEnd.Replies replies)) {
                return expired();
            }
            List<StoredEntry> page = new ArrayList<>();
            try {
                for (int i = 0; i < keys.size(); i++) {
                    if (!replies.refused(i)) {
                        add(page, keys.get(i), replies.scanned(i).texts());
                    }
                }
            } catch (TripEnd.Unexpected e) {
                replies.distrust();
                return expired();
            }
            return CompletableFuture.completedFuture(new StoredPage(page, next, false));
        });
    }

    /** Who stored a response, by its mark: one trip, behind those of requests. */
    CompletionStage<Optional<Filled>> filled(StoreKey key, StoredResponse response) {
        RedisShards shards = servers.shards();
        if (shards == null) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        StoredHead head = response.head();
        Trip trip = new Trip();
        int place = trip.hashFields(
                names.entry(key.key()),
                RedisNames.mark(key.site(), Vary.of(head.selecting()).variant(head.varied())));
        return shards.send(trip, deadline.getAsLong()).thenApply(end -> {
            if (!(end instanceof TripEnd.Replies replies) || replies.refused(place)) {
                return Optional.empty();
            }
            try {
                return Optional.ofNullable(replies.list(place, 1).get(0))
                        .map(text -> EntryMark.read(new String(text, StandardCharsets.UTF_8)))
                        .map(EntryMark::filled)
                        // Of another one that has taken its place since.
                        .filter(filled -> filled.at().equals(head.responseTime().truncatedTo(ChronoUnit.MILLIS)));
            } catch (TripEnd.Unexpected e) {
                replies.distrust();
                return Optional.empty();
            }
        });
    }

    private void add(List<StoredEntry> page, String name, List<String> fields) {
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            EntryMark mark = EntryMark.read(fields.get(i + 1));
            if (mark != null) {
                page.add(new StoredEntry(
                        names.keyOf(name),
                        RedisNames.siteOf(fields.get(i)),
                        mark.route(),
                        mark.bytes(),
                        null,
                        Instant.ofEpochMilli(mark.endsMillis()),
                        mark.filled()));
            }
        }
    }
}
