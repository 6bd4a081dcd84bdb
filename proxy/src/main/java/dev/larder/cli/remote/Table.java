package dev.larder.cli.remote;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text under their heads: the columns aligned, numbers to the right. Confined to its thread. */
final class Table {

    private static final String GAP = "  ";

    private final String[] heads;
    private final boolean[] right;
    private final List<String[]> rows = new ArrayList<>();

    /**
     * An empty table.
     *
     * @param heads one for each column; one that begins with {@code >} is aligned to the right
     */
    Table(String... heads) {
        this.heads = new String[heads.length];
        this.right = new boolean[heads.length];
        for (int i = 0; i < heads.length; i++) {
            right[i] = heads[i].startsWith(">");
            this.heads[i] = right[i] ? heads[i].substring(1) : heads[i];
        }
    }

    /** One more row. What a terminal would take for a command is shown as a question mark. */
    void row(String... cells) {
        String[] row = Arrays.copyOf(cells, heads.length);
        for (int i = 0; i < row.length; i++) {
            row[i] = row[i] == null ? "" : plain(row[i]);
        }
        rows.add(row);
    }

    static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    /** The head line and one for each row, without blanks at their ends. */
    List<String> lines(Ink ink) {
        int[] widths = new int[heads.length];
        for (int i = 0; i < heads.length; i++) {
            widths[i] = heads[i].length();
            for (String[] row : rows) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(ink.head(line(heads, widths)));
        rows.forEach(row -> lines.add(line(row, widths)));
        return lines;
    }

    private String line(String[] cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            String padding = " ".repeat(widths[i] - cells[i].length());
            line.append(i == 0 ? "" : GAP);
            line.append(right[i] ? padding + cells[i] : cells[i] + padding);
        }
        return line.toString().stripTrailing();
    }
}
