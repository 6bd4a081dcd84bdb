package dev.larder.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Lines over percentiles or over time, an inline SVG. Pure. */
final class LineChart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 340;
    private static final int LEFT = 64;
    private static final int RIGHT = 190;
    private static final int TOP = 34;
    private static final int BOTTOM = 44;
    private static final int LABEL_GAP = 15;
    private static final int STEPS = 5;
    /** Beyond this no chart goes: 99.99 %. */
    private static final double LAST_NINES = 4;

    private static final double[] PERCENTILES = {0, 50, 90, 99, 99.9, 99.99};

    private final Section.Chart chart;
    private final double lowestY;
    private final double highestY;
    private final double lowestX;
    private final double highestX;

    private LineChart(Section.Chart chart) {
        this.chart = chart;
        double lowest =
                all(true).stream().filter(y -> y > 0).mapToDouble(y -> y).min().orElse(1);
        double highest = all(true).stream().mapToDouble(y -> y).max().orElse(1);
        this.lowestY = chart.logarithmic() ? Math.pow(10, Math.floor(Math.log10(lowest))) : 0;
        this.highestY = chart.logarithmic() ? Math.pow(10, Math.ceil(Math.log10(highest))) : roundUp(highest);
        this.lowestX = 0;
        this.highestX = chart.percentiles()
                ? LAST_NINES
                : all(false).stream().mapToDouble(x -> x).max().orElse(1);
    }

    /** Empty where there is no line. */
    static String render(Section.Chart chart, Palette palette) {
        boolean empty = chart.lines().stream().allMatch(line -> line.x().isEmpty());
        return empty ? "" : new LineChart(chart).draw(palette);
    }

    private String draw(Palette palette) {
        StringBuilder svg = new StringBuilder();
        svg.append("<div class=\"plot\"><svg class=\"chart wide\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">"
                .formatted(WIDTH, HEIGHT, Markup.escape(chart.title())));
        svg.append("<text class=\"heading\" x=\"0\" y=\"16\">%s</text>".formatted(Markup.escape(chart.title())));
        svg.append(grid());
        for (Section.Line line : chart.lines()) {
            svg.append(line(line, palette));
        }
        svg.append(names(palette));
        return svg.append("</svg></div>").toString();
    }

    private String grid() {
        StringBuilder grid = new StringBuilder();
        for (double y : chart.logarithmic() ? decades() : steps(lowestY, highestY)) {
            grid.append("<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/>"
                    .formatted(LEFT, WIDTH - RIGHT, Markup.number(y(y)), Markup.number(y(y))));
            String text = chart.y().equals("µs") ? Markup.micros(y) : Markup.label(y);
            grid.append("<text class=\"tick end\" x=\"%d\" y=\"%s\">%s</text>"
                    .formatted(LEFT - 8, Markup.number(y(y) + 4), text));
        }
        for (double x : chart.percentiles() ? PERCENTILES : evenSteps(highestX)) {
            double at = chart.percentiles() ? nines(x) : x;
            grid.append("<line class=\"grid\" x1=\"%s\" x2=\"%s\" y1=\"%d\" y2=\"%d\"/>"
                    .formatted(Markup.number(x(at)), Markup.number(x(at)), TOP, HEIGHT - BOTTOM));
            String text = chart.percentiles() ? percentile(x) : Markup.label(x);
            grid.append("<text class=\"tick middle\" x=\"%s\" y=\"%d\">%s</text>"
                    .formatted(Markup.number(x(at)), HEIGHT - BOTTOM + 18, text));
        }
        String axes = chart.y().equals("µs") ? chart.x() : chart.x() + "; upwards: " + chart.y();
        return grid.append("<text class=\"tick middle\" x=\"%d\" y=\"%d\">%s</text>"
                        .formatted((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, Markup.escape(axes)))
                .toString();
    }

    private String line(Section.Line line, Palette palette) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < line.x().size(); i++) {
            double x = chart.percentiles()
                    ? Math.min(LAST_NINES, nines(line.x().get(i)))
                    : line.x().get(i);
            double y = chart.logarithmic()
                    ? Math.max(lowestY, line.y().get(i))
                    : line.y().get(i);
            points.append(Markup.number(x(x)))
                    .append(',')
                    .append(Markup.number(y(y)))
                    .append(' ');
        }
        return "<polyline class=\"line %s%s\" points=\"%s\"><title>%s</title></polyline>"
                .formatted(
                        palette.of(line.name(), line.own()),
                        line.own() ? " strong" : "",
                        points.toString().strip(),
                        Markup.escape(line.name()));
    }

    /** Each name beside the end of its line, moved down where two would meet. */
    private String names(Palette palette) {
        record Name(Section.Line line, double y) {}
        List<Name> names = new ArrayList<>();
        for (Section.Line line : chart.lines()) {
            if (!line.y().isEmpty()) {
                double last = line.y().get(line.y().size() - 1);
                names.add(new Name(line, y(chart.logarithmic() ? Math.max(lowestY, last) : last)));
            }
        }
        names.sort(Comparator.comparingDouble(Name::y));
        StringBuilder text = new StringBuilder();
        double free = TOP;
        double room = HEIGHT - BOTTOM - (names.size() - 1.0) * LABEL_GAP;
        for (Name name : names) {
            double y = Math.max(free, Math.min(name.y(), room));
            text.append("<text class=\"end-name %s%s\" x=\"%d\" y=\"%s\">%s</text>"
                    .formatted(
                            palette.of(name.line().name(), name.line().own()),
                            name.line().own() ? " strong" : "",
                            WIDTH - RIGHT + 8,
                            Markup.number(y + 4),
                            Markup.escape(name.line().name())));
            free = y + LABEL_GAP;
            room += LABEL_GAP;
        }
        return text.toString();
    }

    private double x(double value) {
        double share = highestX <= lowestX ? 0 : (value - lowestX) / (highestX - lowestX);
        return LEFT + (WIDTH - LEFT - RIGHT) * share;
    }

    private double y(double value) {
        double share = chart.logarithmic()
                ? Math.log10(value / lowestY) / Math.max(1e-9, Math.log10(highestY / lowestY))
                : (value - lowestY) / Math.max(1e-9, highestY - lowestY);
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share;
    }

    private List<Double> all(boolean ys) {
        return chart.lines().stream()
                .flatMap(line -> (ys ? line.y() : line.x()).stream())
                .toList();
    }

    private double[] decades() {
        int first = (int) Math.round(Math.log10(lowestY));
        int last = (int) Math.round(Math.log10(highestY));
        double[] decades = new double[last - first + 1];
        for (int i = 0; i < decades.length; i++) {
            decades[i] = Math.pow(10, first + i);
        }
        return decades;
    }

    private static double[] steps(double lowest, double highest) {
        double[] steps = new double[STEPS + 1];
        for (int i = 0; i <= STEPS; i++) {
            steps[i] = lowest + (highest - lowest) * i / STEPS;
        }
        return steps;
    }

    /** From 0 on in round numbers, as far as they go. */
    private static double[] evenSteps(double highest) {
        double step = roundUp(highest / (STEPS + 1));
        double[] steps = new double[(int) Math.floor(highest / step + 1e-9) + 1];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = i * step;
        }
        return steps;
    }

    private static double roundUp(double value) {
        if (value <= 0) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        double leading = value / power;
        return power * (leading <= 1 ? 1 : leading <= 2 ? 2 : leading <= 5 ? 5 : 10);
    }

    /** How many nines a percentile has: 0 for 0, 1 for 90, 2 for 99. */
    private static double nines(double percentile) {
        return -Math.log10(Math.max(1e-9, 1 - percentile / 100));
    }

    private static String percentile(double value) {
        return value == Math.rint(value) ? "%.0f %%".formatted(value) : value + " %";
    }
}
