package dev.larder.bench.report;

import java.util.List;

/** One column as bars side by side, an inline SVG. Pure. */
final class BarChart {
    private static final int WIDTH = 370;
    private static final int LEFT = 152;
    private static final int RIGHT = 66;
    private static final int TOP = 30;
    private static final int STEP = 26;
    private static final int BAR = 16;

    private BarChart() {}

    /** Empty where no row has a value. */
    static String render(Section.Column column, List<Section.Row> rows, Palette palette) {
        List<Section.Row> drawn = rows.stream()
                .filter(row -> Double.isFinite(row.values().getOrDefault(column.id(), Double.NaN)))
                .toList();
        if (drawn.isEmpty()) {
            return "";
        }
        double highest =
                drawn.stream().mapToDouble(row -> value(row, column)).max().orElse(1);
        int height = TOP + STEP * drawn.size() + 4;
        String unit = column.unit().isEmpty() ? "" : " (" + column.unit() + ")";
        StringBuilder svg = new StringBuilder();
        svg.append("<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">"
                .formatted(WIDTH, height, Markup.escape(column.title() + unit)));
        svg.append(
                "<text class=\"heading\" x=\"0\" y=\"16\">%s</text>".formatted(Markup.escape(column.title() + unit)));
        for (int i = 0; i < drawn.size(); i++) {
            svg.append(bar(drawn.get(i), column, TOP + i * STEP, highest, palette));
        }
        return svg.append("</svg>").toString();
    }

    private static String bar(Section.Row row, Section.Column column, int y, double highest, Palette palette) {
        double value = value(row, column);
        double length = highest <= 0 ? 0 : Math.max(1, (WIDTH - LEFT - RIGHT) * value / highest);
        int baseline = y + BAR - 4;
        String weight = row.own() ? " strong" : "";
        return "<g><title>%s: %s %s</title>"
                        .formatted(Markup.escape(row.name()), TextTable.cell(row, column), Markup.escape(column.unit()))
                + "<text class=\"name%s\" x=\"%d\" y=\"%d\">%s</text>"
                        .formatted(weight, LEFT - 8, baseline, Markup.escape(row.name()))
                + "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%s\" height=\"%d\" rx=\"2\"/>"
                        .formatted(palette.of(row.name(), row.own()), LEFT, y, Markup.number(length), BAR)
                + "<text class=\"value%s\" x=\"%s\" y=\"%d\">%s</text></g>"
                        .formatted(weight, Markup.number(LEFT + length + 6), baseline, TextTable.cell(row, column));
    }

    private static double value(Section.Row row, Section.Column column) {
        return row.values().getOrDefault(column.id(), 0.0);
    }
}
