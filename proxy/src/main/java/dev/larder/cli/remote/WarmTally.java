package dev.larder.cli.remote;

import static dev.larder.admin.Json.member;

import dev.larder.admin.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What came of warming, counted by reason. Any thread. */
final class WarmTally {

    private long asked;
    private long stored;
    private long failedInARow;
    private final Map<String, Long> skipped = new TreeMap<>();
    private final Map<String, Long> notStored = new TreeMap<>();
    private final Map<String, Long> failed = new TreeMap<>();

    /** Nothing was asked for it. */
    synchronized void skipped(String why) {
        skipped.merge(why, 1L, Long::sum);
    }

    synchronized void stored() {
        asked++;
        failedInARow = 0;
        stored++;
    }

    synchronized void notStored(String why) {
        asked++;
        failedInARow = 0;
        notStored.merge(why, 1L, Long::sum);
    }

    synchronized void failed(String why) {
        asked++;
        failedInARow++;
        failed.merge(why, 1L, Long::sum);
    }

    synchronized long failedInARow() {
        return failedInARow;
    }

    synchronized boolean wentWell() {
        return failed.isEmpty();
    }

    synchronized Map<String, @Nullable Object> json() {
        return Json.object(
                member("asked", asked),
                member("stored", stored),
                member("notStored", new LinkedHashMap<>(notStored)),
                member("failed", new LinkedHashMap<>(failed)),
                member("skipped", new LinkedHashMap<>(skipped)));
    }

    /** For progress. */
    synchronized String line() {
        return asked + " asked, " + stored + " stored, " + sum(notStored) + " not stored, " + sum(failed) + " failed, "
                + sum(skipped) + " skipped";
    }

    synchronized List<String> lines(Ink ink) {
        List<String> lines = new ArrayList<>();
        lines.add(line());
        Table table = new Table(">REQUESTS", "WERE", "BECAUSE OF");
        failed.forEach((why, count) -> table.row(String.valueOf(count), "failed", why));
        notStored.forEach((why, count) -> table.row(String.valueOf(count), "not stored", why));
        skipped.forEach((why, count) -> table.row(String.valueOf(count), "skipped", why));
        if (!failed.isEmpty() || !notStored.isEmpty() || !skipped.isEmpty()) {
            lines.add("");
            lines.addAll(table.lines(ink));
        }
        return lines;
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
