package dev.larder.rules;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * All that is wrong with one file, as it is found out. The same thing said twice counts once: what stands in {@code
 * defaults} or behind an alias is read for every place that uses it. Confined to the thread that loads.
 */
public final class Problems {

    private final String file;
    private final SortedSet<Problem> found =
            new TreeSet<>(Comparator.comparing(Problem::at).thenComparing(Problem::toString));

    /** For a file of this name, as the user gave it. */
    public Problems(String file) {
        this.file = file;
    }

    /** Notes a problem, in the words of {@link Problem}. */
    public void add(Position at, String wrong, String expected) {
        add(at, wrong, expected, Optional.empty());
    }

    /** Notes a problem, in the words of {@link Problem}. */
    public void add(Position at, String wrong, String expected, Optional<String> suggestion) {
        found.add(new Problem(file, at, wrong, expected, suggestion));
    }

    /** Whether nothing was found. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** How many there are by now. */
    public int count() {
        return found.size();
    }

    /** What was found, by position. */
    public List<Problem> sorted() {
        return List.copyOf(found);
    }
}
