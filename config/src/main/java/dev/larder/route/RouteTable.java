package dev.larder.route;

import dev.larder.route.SegmentPattern.Literal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a route by host and path: the first in file order that matches. Immutable once built, shared between threads.
 *
 * <p>The templates hang in a tree by their segments, up to a rest. A node knows the earliest route below it, so that a
 * walk leaves out whatever could only come later than what it has found: a few steps, however many routes there are.
 */
public final class RouteTable {

    /**
     * One route to choose.
     *
     * @param host only for this authority, in lower case; without a port it stands for every port. A scheme's default
     *     port is never part of an authority
     * @param template of the path
     */
    public record Entry(Optional<String> host, RouteTemplate template) {

        /** Whether every request that {@code other} is for would be for this one. */
        boolean covers(Entry other) {
            boolean coversHost = host.isEmpty()
                    || (other.host.isPresent() && (host.equals(other.host) || isHostOf(host.get(), other.host.get())));
            return coversHost && template.covers(other.template);
        }
    }

    /**
     * The route that was chosen.
     *
     * @param index its place in the list that the table was built from
     * @param variables of its template, decoded
     */
    public record Match(int index, Map<String, String> variables) {}

    /**
     * A route that can never be chosen.
     *
     * @param index its place
     * @param by the place of the earliest route that is chosen instead
     */
    public record Shadow(int index, int by) {}

    private final List<Entry> entries;
    private final Node root = new Node();

    /** A table of these routes in file order. */
    public RouteTable(List<Entry> entries) {
        this.entries = List.copyOf(entries);
        for (int index = 0; index < this.entries.size(); index++) {
            root.add(this.entries.get(index).template(), 0, index);
        }
    }

    /**
     * The first route for this path on this host, or empty where there is none.
     *
     * @param authority host, and port if it is not the scheme's default, in lower case
     * @param segments of the decoded path
     */
    public Optional<Match> match(String authority, List<String> segments) {
        int index = root.earliest(this, authority, segments, 0, entries.size());
        return index == entries.size()
                ? Optional.empty()
                : entries.get(index).template().match(segments).map(variables -> new Match(index, variables));
    }

    /** The routes that an earlier one covers, for the same host or for any. */
    public List<Shadow> shadows() {
        List<Shadow> shadows = new ArrayList<>();
        for (int index = 1; index < entries.size(); index++) {
            for (int by = 0; by < index; by++) {
                if (entries.get(by).covers(entries.get(index))) {
                    shadows.add(new Shadow(index, by));
                    break;
                }
            }
        }
        return shadows;
    }

    private boolean isFor(int index, String authority, List<String> segments) {
        Entry entry = entries.get(index);
        Optional<String> host = entry.host();
        return (host.isEmpty() || host.get().equals(authority) || isHostOf(host.get(), authority))
                && entry.template().matches(segments);
    }

    /** Whether the authority is this host with some port. */
    private static boolean isHostOf(String host, String authority) {
        if (authority.length() <= host.length() + 1
                || authority.charAt(host.length()) != ':'
                || !authority.startsWith(host)) {
            return false;
        }
        // An address in brackets has colons of its own; without its bracket a text is no host.
        return authority.indexOf(':', host.length() + 1) < 0;
    }

    /** The routes that agree on the segments so far. */
    private static final class Node {

        /** The earliest route at this node or below. */
        private int earliest = Integer.MAX_VALUE;

        private final Map<String, Node> literals = new HashMap<>();
        private @Nullable Node other;
        /** Routes whose template ends here, or goes on with a rest, in file order. */
        private final List<Integer> here = new ArrayList<>();

        void add(RouteTemplate template, int depth, int index) {
            earliest = Math.min(earliest, index);
            if (depth == template.head().size()) {
                here.add(index);
                return;
            }
            Node next;
            if (template.head().get(depth) instanceof Literal literal) {
                next = literals.computeIfAbsent(literal.text(), text -> new Node());
            } else {
                next = other == null ? new Node() : other;
                other = next;
            }
            next.add(template, depth + 1, index);
        }

        /** The earliest route before {@code found} for this request, or {@code found}. */
        int earliest(RouteTable table, String authority, List<String> segments, int depth, int found) {
            if (earliest >= found) {
                return found;
            }
            int best = found;
            for (int i = 0; i < here.size() && here.get(i) < best; i++) {
                if (table.isFor(here.get(i), authority, segments)) {
                    best = here.get(i);
                }
            }
            if (depth == segments.size()) {
                return best;
            }
            Node literal = literals.get(segments.get(depth));
            if (literal != null) {
                best = literal.earliest(table, authority, segments, depth + 1, best);
            }
            return other == null ? best : other.earliest(table, authority, segments, depth + 1, best);
        }
    }
}
