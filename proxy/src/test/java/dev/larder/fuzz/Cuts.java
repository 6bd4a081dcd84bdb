package dev.larder.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Divisions of bytes into segments, as the places where one ends and the next begins. */
final class Cuts {

    private Cuts() {}

    /** None. */
    static int[] none() {
        return new int[0];
    }

    /** Behind every byte. */
    static int[] everywhere(int length) {
        return IntStream.range(1, Math.max(1, length)).toArray();
    }

    /** A few, anywhere. */
    static int[] some(RandomGenerator random, int length) {
        if (length < 2) {
            return none();
        }
        int count = 1 + random.nextInt(4);
        return IntStream.generate(() -> 1 + random.nextInt(length - 1))
                .limit(count)
                .sorted()
                .distinct()
                .toArray();
    }

    /** The segments; cuts beyond the end are none. */
    static List<byte[]> of(byte[] bytes, int[] cuts) {
        List<byte[]> segments = new ArrayList<>();
        int from = 0;
        for (int cut : cuts) {
            if (cut < bytes.length) {
                segments.add(Arrays.copyOfRange(bytes, from, cut));
                from = cut;
            }
        }
        if (from < bytes.length) {
            segments.add(Arrays.copyOfRange(bytes, from, bytes.length));
        }
        return segments;
    }

    /** For a person. */
    static String text(byte[] bytes, int[] cuts) {
        if (cuts.length == 0) {
            return "";
        }
        return cuts.length >= bytes.length - 1 ? "; sent byte by byte" : "; cut at " + Arrays.toString(cuts);
    }
}
