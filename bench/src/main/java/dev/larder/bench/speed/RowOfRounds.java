package dev.larder.bench.speed;

import dev.larder.bench.report.Section;
import dev.larder.bench.report.Statistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A row of a table while its rounds come in. For one thread. */
final class RowOfRounds {
    private final String name;
    private final boolean own;
    private final Map<String, List<Double>> rounds = new LinkedHashMap<>();
    private final Map<String, Double> totals = new LinkedHashMap<>();

    RowOfRounds(String name, boolean own) {
        this.name = name;
        this.own = own;
    }

    void add(String column, double value) {
        rounds.computeIfAbsent(column, unused -> new ArrayList<>()).add(value);
    }

    /** For a column that tells of all rounds together. */
    void total(String column, double value) {
        totals.merge(column, value, Double::sum);
    }

    /** The median so far; not a number where nothing came yet. */
    double median(String column) {
        List<Double> values = rounds.get(column);
        return values == null ? Double.NaN : Statistics.median(values);
    }

    /** The same for the table. */
    Section.Row row() {
        Map<String, Double> medians = new LinkedHashMap<>();
        rounds.forEach((column, values) -> medians.put(column, Statistics.median(values)));
        medians.putAll(totals);
        return new Section.Row(name, own, medians, rounds);
    }
}
