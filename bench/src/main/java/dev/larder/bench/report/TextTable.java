package dev.larder.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A section for the terminal. Pure. */
public final class TextTable {
    private static final int GAP = 2;

    private TextTable() {}

    /** Title, table, notes; each line ends with a line feed. */
    public static String render(Section section) {
        List<Section.Column> columns = section.columns().stream()
                .filter(column ->
                        section.rows().stream().anyMatch(row -> row.values().containsKey(column.id())))
                .toList();
        List<List<String>> lines = new ArrayList<>();
        List<String> titles = new ArrayList<>(List.of(""));
        List<String> units = new ArrayList<>(List.of(""));
        for (Section.Column column : columns) {
            titles.add(column.title());
            units.add(column.unit());
        }
        lines.add(titles);
        if (units.stream().anyMatch(unit -> !unit.isEmpty())) {
            lines.add(units);
        }
        for (Section.Row row : section.rows()) {
            List<String> cells = new ArrayList<>(List.of(row.name()));
            for (Section.Column column : columns) {
                cells.add(cell(row, column));
            }
            lines.add(cells);
        }
        StringBuilder text = new StringBuilder();
        text.append(section.title()).append(" (").append(section.id()).append(")\n");
        for (List<String> line : lines) {
            text.append(line(line, lines)).append('\n');
        }
        section.notes().forEach(note -> text.append(note).append('\n'));
        return text.toString();
    }

    /** A value as it is shown, empty where there is none. */
    static String cell(Section.Row row, Section.Column column) {
        Double value = row.values().get(column.id());
        return value == null || value.isNaN() ? "" : String.format(Locale.ROOT, "%,." + column.digits() + "f", value);
    }

    private static String line(List<String> cells, List<List<String>> all) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            int column = i;
            int width = all.stream()
                    .mapToInt(other -> other.get(column).length())
                    .max()
                    .orElse(0);
            String padding = " ".repeat(width - cells.get(i).length());
            line.append(i == 0 ? cells.get(i) + padding : " ".repeat(GAP) + padding + cells.get(i));
        }
        return line.toString().stripTrailing();
    }
}
