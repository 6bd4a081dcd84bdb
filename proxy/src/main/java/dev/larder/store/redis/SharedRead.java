package dev.larder.store.redis;

import dev.larder.resp.Question;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One command of a turn, for all trips of that turn that say the same. Confined to the reader's event loop. */
final class SharedRead implements Question {

    /** Who is told. */
    interface Owner {

        /** All of a trip has been answered. */
        void answered(ReaderTrip trip);

        /** The server refused a command. */
        void refused(String why);

        /** A command will not be answered. */
        void lost(ReaderTrip trip, boolean garbled);
    }

    /** A trip, and which of its commands this is. */
    private record Waiting(ReaderTrip trip, int index) {}

    private final Owner owner;
    private final Trip.Asked asked;
    private final List<Waiting> waiting = new ArrayList<>(4);

    SharedRead(Owner owner, Trip.Asked asked) {
        this.owner = owner;
        this.asked = asked;
    }

    /** Whether a command says the same, and as late. */
    boolean is(Trip.Asked other) {
        return asked.rank() == other.rank()
                && asked.type() == other.type()
                && String.valueOf(asked.key()).equals(other.key())
                && Arrays.equals(asked.words(), other.words());
    }

    void add(ReaderTrip trip, int index) {
        waiting.add(new Waiting(trip, index));
    }

    @Override
    public String[] words() {
        Object[] more = asked.words();
        String[] words = new String[2 + more.length];
        words[0] = asked.type().name();
        words[1] = String.valueOf(asked.key());
        for (int i = 0; i < more.length; i++) {
            words[2 + i] = (String) more[i];
        }
        return words;
    }

    @Override
    public boolean replied(@Nullable Object reply) {
        Object answer;
        if (reply instanceof Refusal refusal) {
            owner.refused(refusal.text());
            answer = new TripEnd.Refusal(refusal.text());
        } else {
            answer = asked.form() == Trip.Form.HASH ? hash(reply) : list(reply);
        }
        if (answer == null) {
            return false;
        }
        for (Waiting one : waiting) {
            if (one.trip.isLast(one.index, answer)) {
                owner.answered(one.trip);
            }
        }
        return true;
    }

    @Override
    public void lost(boolean garbled) {
        waiting.forEach(one -> owner.lost(one.trip, garbled));
    }

    /** As many values as fields were asked for, or null where it is something else. */
    private @Nullable List<?> list(@Nullable Object reply) {
        if (!(reply instanceof List<?> list) || list.size() != asked.words().length) {
            return null;
        }
        for (Object member : list) {
            if (member != null && !(member instanceof byte[])) {
                return null;
            }
        }
        return list;
    }

    /** The fields of a hash, or null where it is something else. */
    private static @Nullable Map<String, byte[]> hash(@Nullable Object reply) {
        if (!(reply instanceof List<?> list) || list.size() % 2 != 0) {
            return null;
        }
        Map<String, byte[]> hash = new HashMap<>();
        for (int i = 0; i < list.size(); i += 2) {
            if (!(list.get(i) instanceof byte[] field) || !(list.get(i + 1) instanceof byte[] value)) {
                return null;
            }
            hash.put(new String(field, java.nio.charset.StandardCharsets.UTF_8), value);
        }
        return hash;
    }
}
