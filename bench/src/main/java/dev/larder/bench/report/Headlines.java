package dev.larder.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a reader should take home, as a few large figures: larder's beside nginx', where both were measured. Pure. */
final class Headlines {
    private static final String RIVAL = "nginx";

    /** A figure that is looked for: a scenario, a column of it, what it says. */
    private record Sought(String section, String column, String says) {}

    private static final List<Sought> SOUGHT = List.of(
            new Sought("one-key", "cpu", "of nginx' CPU time for a hit, one key"),
            new Sought("many-keys", "cpu", "of nginx' CPU time for a hit, 10,000 keys"),
            new Sought("identity", "cpu", "of nginx' CPU time for a hit of a known visitor"),
            new Sought("redis-many-keys", "cpu", "of the CPU time of nginx with Lua for a hit in Redis"),
            new Sought("pass-through", "cpu", "of nginx' CPU time for what only passes through"));

    private Headlines() {}

    /** Empty where nothing of it was measured. */
    static String render(Findings findings) {
        List<String> cards = new ArrayList<>();
        for (Sought sought : SOUGHT) {
            ratio(findings, sought)
                    .ifPresent(ratio -> cards.add("<div><b>%s</b><span>%s</span></div>"
                            .formatted(Markup.label(ratio), Markup.escape(sought.says()))));
        }
        return cards.isEmpty() ? "" : "<div class=\"headlines\">" + String.join("", cards) + "</div>\n";
    }

    private static Optional<Double> ratio(Findings findings, Sought sought) {
        return findings.sections().stream()
                .filter(section -> section.id().equals(sought.section()))
                .findFirst()
                .flatMap(section -> {
                    Optional<Double> own = value(section, sought.column(), true);
                    Optional<Double> other = value(section, sought.column(), false);
                    return own.flatMap(
                            mine -> other.filter(theirs -> theirs > 0).map(theirs -> mine / theirs));
                });
    }

    private static Optional<Double> value(Section section, String column, boolean own) {
        return section.rows().stream()
                .filter(row -> row.own() == own && (own || row.name().startsWith(RIVAL)))
                .map(row -> row.values().get(column))
                .filter(java.util.Objects::nonNull)
                .findFirst();
    }
}
