package dev.larder.store.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the trips of one turn of an event loop ask, to be sent as one. What several of them ask is asked once: all of them began
 * before it is sent, so that to each of them the answer is as late as its own would be. Commands go out by their
 * {@link Trip#behind rank}, each trip's in its own order as well.
 */
final class ReadTurn {

    private final SharedRead.Owner owner;
    private final List<List<SharedRead>> ranks = new ArrayList<>(4);

    /** By what they are about; of two that differ in their fields, the first. */
    private final Map<String, SharedRead> known = new HashMap<>();

    ReadTurn(SharedRead.Owner owner) {
        this.owner = owner;
    }

    /** Adds all commands of a trip. */
    void add(ReaderTrip trip, Trip.Part part) {
        for (int i = 0; i < part.size(); i++) {
            read(part.asked(i)).add(trip, i);
        }
    }

    private SharedRead read(Trip.Asked asked) {
        String key = String.valueOf(asked.key());
        SharedRead same = known.get(key);
        if (same != null && same.is(asked)) {
            return same;
        }
        SharedRead read = new SharedRead(owner, asked);
        if (same == null) {
            known.put(key, read);
        }
        while (ranks.size() <= asked.rank()) {
            ranks.add(new ArrayList<>());
        }
        ranks.get(asked.rank()).add(read);
        return read;
    }

    /** All of it, in the order in which it is to be sent. */
    List<SharedRead> inOrder() {
        List<SharedRead> all = new ArrayList<>();
        ranks.forEach(all::addAll);
        return all;
    }
}
