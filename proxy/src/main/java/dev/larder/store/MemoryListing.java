package dev.larder.store;

import dev.larder.store.CacheStore.StoredEntry;
import dev.larder.store.CacheStore.StoredPage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Pages through what the embedded store holds. A cursor stands for an iterator that is kept between two pages, so that each
 * page goes on where the last one ended and looks at a bounded number of entries. The last few cursors are kept. Any thread.
 */
final class MemoryListing {

    /** Listings that go on at once; the one that was used longest ago is forgotten. */
    private static final int CURSORS = 16;

    private final Supplier<Iterator<Map.Entry<MemoryStore.Name, StoredVariants>>> entries;
    private final Predicate<Epochs> current;

    /** Guarded by this, as the next: iterators by cursor, the eldest first. */
    private final Map<String, Iterator<Map.Entry<MemoryStore.Name, StoredVariants>>> begun = new LinkedHashMap<>();

    private long last;

    MemoryListing(Supplier<Iterator<Map.Entry<MemoryStore.Name, StoredVariants>>> entries, Predicate<Epochs> current) {
        this.entries = entries;
        this.current = current;
    }

    synchronized StoredPage page(String cursor, int most) {
        Iterator<Map.Entry<MemoryStore.Name, StoredVariants>> from =
                cursor.isEmpty() ? entries.get() : begun.remove(cursor);
        if (from == null) {
            return new StoredPage(List.of(), "", true);
        }
        List<StoredEntry> page = new ArrayList<>();
        while (page.size() < most && from.hasNext()) {
            Map.Entry<MemoryStore.Name, StoredVariants> entry = from.next();
            for (StoredVariants.Variant variant : entry.getValue().all()) {
                page.add(new StoredEntry(
                        entry.getKey().text(),
                        entry.getKey().site(),
                        variant.route(),
                        variant.bytes(),
                        new CacheStore.Known(
                                variant.response().head(),
                                variant.response().fingerprint(),
                                !current.test(variant.under())),
                        null,
                        null));
            }
        }
        if (!from.hasNext()) {
            return new StoredPage(page, "", false);
        }
        String next = "m" + ++last;
        begun.put(next, from);
        if (begun.size() > CURSORS) {
            begun.remove(begun.keySet().iterator().next());
        }
        return new StoredPage(page, next, false);
    }
}
