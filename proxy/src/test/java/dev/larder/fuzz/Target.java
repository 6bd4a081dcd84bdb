package dev.larder.fuzz;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is fuzzed. Confined to one thread. */
interface Target {

    /** For a person. */
    String name();

    /** What to begin with. */
    List<byte[]> seeds();

    /** What mutations put in. */
    List<String> words();

    /**
     * Feeds an input.
     *
     * @param divisions into segments; the first is what others are compared with
     */
    Result run(byte[] input, List<int[]> divisions);

    /**
     * What came of it.
     *
     * @param signature what larder and the reader did; an input with a new one is worth keeping
     */
    record Result(String signature, @Nullable Finding finding) {}
}
