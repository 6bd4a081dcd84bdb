package dev.larder.identity;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which visitors have been changed lately, and which are just being changed: a write that ends a session or gives somebody
 * another role takes effect before its answer is here, and what is fetched for that visitor in between is not what it is
 * taken for. Thread-safe, bounded.
 */
final class IdentityChanges {

    /** How many changes are remembered; whoever has been fetching for longer is taken for changed. */
    static final int MOST = 16_384;

    /**
     * Whom a change concerns: of this identity, whoever has all of these marks, a credential's hash or {@code
     * claim=value}; without any, everybody.
     */
    record Concerned(String identity, List<String> marks) {

        /** Whether it is whoever has one credential. */
        boolean isCredential() {
            return marks.size() == 1 && marks.get(0).indexOf('=') < 0;
        }
    }

    private record Change(long number, Concerned concerned) {}

    /** Guarded by this, as all below. */
    private final Deque<Change> lately = new ArrayDeque<>();

    private final Set<UnderWay> underWay = new LinkedHashSet<>();
    private long last;

    /** Changes that a write may make at any moment. */
    private final class UnderWay implements IdentityResolver.Change {
        private final List<Concerned> concerned;

        UnderWay(List<Concerned> concerned) {
            this.concerned = List.copyOf(concerned);
        }

        @Override
        public void over() {
            synchronized (IdentityChanges.this) {
                underWay.remove(this);
            }
        }
    }

    /** This moment, for {@link #concern}. */
    synchronized long moment() {
        return last;
    }

    /** A change has come. */
    synchronized void came(Concerned concerned) {
        lately.addLast(new Change(++last, concerned));
        if (lately.size() > MOST) {
            lately.removeFirst();
        }
    }

    /** Changes may come from now on, until the result is told that they are over. */
    synchronized IdentityResolver.Change begin(List<Concerned> concerned) {
        UnderWay begun = new UnderWay(concerned);
        if (!concerned.isEmpty()) {
            underWay.add(begun);
        }
        return begun;
    }

    /**
     * Whether a visitor with these marks has been changed since, or may just be.
     *
     * @param besides is not looked at: changes that whoever asks is making
     */
    synchronized boolean concern(
            String identity, List<String> marks, long moment, IdentityResolver.@Nullable Change besides) {
        if (underWay.stream().anyMatch(begun -> begun != besides && isAmong(begun.concerned, identity, marks))) {
            return true;
        }
        if (last == moment) {
            return false;
        }
        if (lately.getFirst().number() > moment + 1) {
            return true;
        }
        List<Concerned> since = new ArrayList<>();
        var newestFirst = lately.descendingIterator();
        for (Change change = newestFirst.next(); change.number() > moment; change = newestFirst.next()) {
            since.add(change.concerned());
            if (!newestFirst.hasNext()) {
                break;
            }
        }
        return isAmong(since, identity, marks);
    }

    /** Whether a visitor with these marks is concerned. */
    static boolean isAmong(List<Concerned> concerned, String identity, List<String> marks) {
        return concerned.stream().anyMatch(one -> one.identity().equals(identity) && marks.containsAll(one.marks()));
    }
}
