package dev.larder.bench.report;

import java.util.List;

/** Of a few rounds. Pure. */
public final class Statistics {
    private Statistics() {}

    /**
     * The value in the middle; of an even number the mean of the two in the middle.
     *
     * @throws IllegalArgumentException of nothing
     */
    public static double median(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values; expected at least one for a median");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** How far the rounds are apart: from the lowest to the highest, in parts of the median; 0 where that is 0. */
    public static double spread(List<Double> values) {
        double median = median(values);
        double lowest = values.stream().mapToDouble(value -> value).min().orElseThrow();
        double highest = values.stream().mapToDouble(value -> value).max().orElseThrow();
        return median == 0 ? 0 : (highest - lowest) / median;
    }
}
