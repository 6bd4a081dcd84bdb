package dev.larder.bench.report;

import java.util.List;
import java.util.Map;

/**
 * What one scenario found: a table, and what can be drawn of it.
 *
 * @param id as it is named in options
 * @param title for people
 * @param what what was done, in a sentence or two
 * @param columns of the table
 * @param rows of the table; those without a value for a column leave it empty
 * @param charts lines, beside the bars that columns ask for
 * @param notes what a reader of the table has to know besides
 */
public record Section(
        String id,
        String title,
        String what,
        List<Column> columns,
        List<Row> rows,
        List<Chart> charts,
        List<String> notes) {

    /** Without notes. */
    public Section(String id, String title, String what, List<Column> columns, List<Row> rows, List<Chart> charts) {
        this(id, title, what, columns, rows, charts, List.of());
    }

    /**
     * A column.
     *
     * @param id by which rows have values for it
     * @param title for people
     * @param unit of its values, empty for a plain number
     * @param digits after the decimal point
     * @param bars whether its values are drawn side by side
     */
    public record Column(String id, String title, String unit, int digits, boolean bars) {}

    /**
     * A row.
     *
     * @param name who it is about
     * @param own whether that is larder
     * @param values by the id of their column: medians where several rounds were run
     * @param rounds what the values are medians of
     */
    public record Row(String name, boolean own, Map<String, Double> values, Map<String, List<Double>> rounds) {}

    /**
     * Lines over one axis.
     *
     * @param x what the axis along the bottom is
     * @param percentiles whether that axis is of percentiles, which come closer to 100 with each step
     * @param y what the other axis is
     * @param logarithmic whether that axis is
     */
    public record Chart(String title, String x, boolean percentiles, String y, boolean logarithmic, List<Line> lines) {}

    /** One line; {@code x} and {@code y} are of one length. */
    public record Line(String name, boolean own, List<Double> x, List<Double> y) {}
}
