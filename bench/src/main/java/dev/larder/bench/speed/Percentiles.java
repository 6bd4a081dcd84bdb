package dev.larder.bench.speed;

import dev.larder.bench.report.Section;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Histograms as lines of a chart. Pure. */
final class Percentiles {
    private static final double STEP = 1.5;
    private static final double LAST = 0.009;

    private Percentiles() {}

    /**
     * A line of percentiles, each step a third closer to 100.
     *
     * @param perMicro what a value is divided by to give microseconds
     */
    static Section.Line line(String name, boolean own, Histogram values, double perMicro) {
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (double left = 100; left > LAST && values.getTotalCount() > 0; left /= STEP) {
            x.add(100 - left);
            y.add(values.getValueAtPercentile(100 - left) / perMicro);
        }
        return new Section.Line(name, own, x, y);
    }
}
