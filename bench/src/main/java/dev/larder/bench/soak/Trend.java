package dev.larder.bench.soak;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A line through samples, by least squares.
 *
 * @param mean of the values
 * @param perHour how much it rises in an hour
 * @param uncertainty of that, twice its standard error; samples that vary much tell little of a slope
 */
record Trend(double mean, double perHour, double uncertainty) {

    private static final double HOUR_SECONDS = 3600;

    /** Of at least three samples. */
    static Trend of(List<SoakSample> samples, ToDoubleFunction<SoakSample> value) {
        int n = samples.size();
        double meanTime =
                samples.stream().mapToDouble(SoakSample::seconds).average().orElse(0);
        double mean = samples.stream().mapToDouble(value).average().orElse(0);
        double spread = 0;
        double common = 0;
        for (SoakSample sample : samples) {
            double time = sample.seconds() - meanTime;
            spread += time * time;
            common += time * (value.applyAsDouble(sample) - mean);
        }
        double slope = spread == 0 ? 0 : common / spread;
        double left = 0;
        for (SoakSample sample : samples) {
            double off = value.applyAsDouble(sample) - mean - slope * (sample.seconds() - meanTime);
            left += off * off;
        }
        double error = spread == 0 || n < 3 ? 0 : Math.sqrt(left / (n - 2) / spread);
        return new Trend(mean, slope * HOUR_SECONDS, 2 * error * HOUR_SECONDS);
    }

    /** Whether it rises for certain, and in an hour by more than this share of its mean. */
    boolean grows(double share) {
        return perHour - uncertainty > mean * share;
    }
}
