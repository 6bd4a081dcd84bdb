package dev.larder.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The results that are kept in the repository: results.tsv and failures.tsv, and of the newer edition, which is run by
 * hand, newer.tsv and newer-failures.tsv.
 */
final class Results {

    static final Path FOLDER = Path.of("src/test/conformance").toAbsolutePath();
    static final Path RULES =
            Path.of("../config/examples/generic.rules.yaml").toAbsolutePath().normalize();

    private Results() {}

    /** One case, with each cache's grade. */
    record Row(String kind, String id, Map<String, String> grades) {

        boolean passed(String cache) {
            return CacheTests.Graded.isPass(grades.getOrDefault(cache, "untested"));
        }

        long passedByOthers() {
            return grades.keySet().stream()
                    .filter(cache -> !cache.equals("larder") && passed(cache))
                    .count();
        }
    }

    static List<Row> rows() throws IOException {
        List<String> lines = Files.readAllLines(FOLDER.resolve("results.tsv"));
        String[] head = lines.get(0).split("\t", -1);
        return lines.stream()
                .skip(1)
                .map(line -> row(head, line.split("\t", -1)))
                .toList();
    }

    private static Row row(String[] head, String[] cells) {
        Map<String, String> grades = new LinkedHashMap<>();
        for (int column = 2; column < head.length; column++) {
            grades.put(head[column], cells[column]);
        }
        return new Row(cells[0], cells[1], grades);
    }

    /** The newer edition's cases, with larder's grade alone. */
    static List<Row> newerRows() throws IOException {
        return Files.readAllLines(FOLDER.resolve("newer.tsv")).stream()
                .map(line -> row(new String[] {"kind", "id", "larder"}, line.split("\t", -1)))
                .toList();
    }

    /** Why larder does not pass a case, by its id. */
    static Map<String, String> reasons() throws IOException {
        return reasons("failures.tsv");
    }

    /** Why larder does not pass a case that is not in {@link #reasons}, or passes in the npm edition, by its id. */
    static Map<String, String> newerReasons() throws IOException {
        return reasons("newer-failures.tsv");
    }

    private static Map<String, String> reasons(String file) throws IOException {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (String line : Files.readAllLines(FOLDER.resolve(file))) {
            String[] cells = line.split("\t", 2);
            reasons.put(cells[0], cells[1]);
        }
        return reasons;
    }
}
