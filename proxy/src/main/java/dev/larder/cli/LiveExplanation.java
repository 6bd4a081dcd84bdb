package dev.larder.cli;

import dev.larder.cli.remote.Seen;
import java.util.ArrayList;
import java.util.List;

/** What a running sidecar makes of a request, and what it has stored for it, for people. Pure. */
final class LiveExplanation {

    private LiveExplanation() {}

    /** The lines of an answer of {@code /api/explain}. */
    static List<String> of(Seen answer) {
        List<String> lines = new ArrayList<>();
        answer.at("lines").elements().forEach(line -> lines.add(line.text()));
        Seen live = answer.at("live");
        if (!live.at("stored").text().isEmpty()) {
            lines.add("stored now  " + stored(live));
        }
        return lines;
    }

    private static String stored(Seen live) {
        String state = live.at("stored").text();
        String by = live.at("storedBy").text();
        return switch (state) {
            case "no" ->
                "no (" + live.at("why").text() + ") of " + live.at("site").text();
            case "unknown" -> "cannot be said (" + live.at("why").text() + ")";
            default ->
                state + ", status " + live.at("status").text() + ", "
                        + live.at("ageSeconds").text() + " s old, "
                        + live.at("ttlSeconds").text() + " s left, "
                        + live.at("plainBytes").text() + " bytes"
                        + (by.isEmpty() ? "" : ", stored by " + by);
        };
    }
}
