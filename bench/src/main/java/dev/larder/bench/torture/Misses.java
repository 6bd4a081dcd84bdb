package dev.larder.bench.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Why reads were no hits, by route, as the answers' Cache-Status has it, and how many of them a {@link CarefulCache} could have
 * answered. Thread-safe.
 */
final class Misses {

    /** For one reason. */
    record Count(long reads, long avoidable) {
        private Count plus(Count other) {
            return new Count(reads + other.reads, avoidable + other.avoidable);
        }
    }

    private final Map<String, Map<String, Count>> routes = new TreeMap<>();

    synchronized void add(String route, Got got, boolean avoidable) {
        routes.computeIfAbsent(route, unseen -> new TreeMap<>())
                .merge(reason(got), new Count(1, avoidable ? 1 : 0), Count::plus);
    }

    /** By route and reason, the most frequent first. */
    synchronized Map<String, List<Map.Entry<String, Count>>> all() {
        Map<String, List<Map.Entry<String, Count>>> sorted = new TreeMap<>();
        routes.forEach((route, reasons) -> {
            List<Map.Entry<String, Count>> entries = new ArrayList<>(reasons.entrySet());
            entries.sort((one, other) ->
                    Long.compare(other.getValue().reads(), one.getValue().reads()));
            sorted.put(route, entries);
        });
        return sorted;
    }

    /** What RFC 9211 section 2 says of it, without what differs from one answer to the next. */
    private static String reason(Got got) {
        List<String> words = new ArrayList<>();
        for (String parameter :
                got.field("Cache-Status").orElse("no Cache-Status").split(";", -1)) {
            String word = parameter.strip();
            if (word.startsWith("fwd=")) {
                words.add(word.substring("fwd=".length()));
            } else if (word.startsWith("detail=")) {
                words.add(word.substring("detail=".length()));
            } else if (word.equals("collapsed") || word.equals("fwd-status=304") || word.equals("no Cache-Status")) {
                words.add(word);
            } else if (word.equals("stored")) {
                words.add("to be stored");
            }
        }
        return words.isEmpty() ? "answered without the backend" : String.join(", ", words);
    }
}
