package dev.larder.cli.remote;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What {@code /api/stats} says, for people: routes by what they cost the backend, why requests were no hits, and which route
 * a longer lifetime would serve most. Pure.
 */
final class RouteTable {

    private static final int MOST_REASONS = 15;

    private final Ink ink;

    RouteTable(Ink ink) {
        this.ink = ink;
    }

    List<String> of(Seen stats) {
        List<String> lines = new ArrayList<>();
        lines.add(summary(stats));
        lines.add("");
        lines.addAll(routes(stats));
        List<String> reasons = reasons(stats);
        if (!reasons.isEmpty()) {
            lines.add("");
            lines.addAll(reasons);
        }
        List<String> gains = gains(stats);
        if (!gains.isEmpty()) {
            lines.add("");
            lines.addAll(gains);
        }
        return lines;
    }

    /** One line: what the store holds and how it is. */
    String summary(Seen stats) {
        Seen store = stats.at("store");
        String state = store.at("usable").isTrue()
                ? ink.good("usable")
                : ink.bad("not usable"
                        + (store.at("detail").text().isEmpty()
                                ? ""
                                : ": " + Table.plain(store.at("detail").text())));
        String off = stats.at("bypass").at("on").isTrue() ? ink.bad("the cache is switched off") + "; " : "";
        return off + "store " + Table.plain(store.at("kind").text()) + ", " + state + "; keys "
                + Amounts.count(stats.at("totalKeys")) + ", memory "
                + Amounts.bytes(
                        stats.at("estimatedMemoryBytes").isThere()
                                ? stats.at("estimatedMemoryBytes").whole()
                                : -1)
                + "; counted since " + Table.plain(stats.at("since").text());
    }

    private List<String> routes(Seen stats) {
        Table table = new Table(
                "ROUTE",
                ">REQUESTS",
                ">HITS",
                ">STALE",
                ">MISSES",
                ">BYPASSED",
                ">WRITES",
                ">ERRORS",
                ">HIT %",
                ">HIT MS",
                ">OTHER MS",
                ">BACKEND S",
                ">SAVED S",
                ">SENT");
        stats.at("routes").members().entrySet().stream()
                .filter(route -> route.getValue().at("requests").whole() > 0)
                .sorted(Comparator.comparingDouble((Map.Entry<String, Seen> route) -> -backendSeconds(route.getValue()))
                        .thenComparing(Map.Entry::getKey))
                .forEach(route -> row(table, route.getKey(), route.getValue()));
        return table.lines(ink);
    }

    private static void row(Table table, String name, Seen of) {
        table.row(
                name,
                Amounts.count(of.at("requests")),
                Amounts.count(of.at("hits")),
                Amounts.count(of.at("stale")),
                String.valueOf(of.at("misses").whole()
                        + of.at("collapsed").whole()
                        + of.at("validated").whole()),
                Amounts.count(of.at("bypasses")),
                Amounts.count(of.at("writes")),
                Amounts.count(of.at("errors")),
                Amounts.percent(of.at("hitRatio")),
                typical(of.at("cached")),
                typical(of.at("uncached")),
                Amounts.decimal(backendSeconds(of)),
                Amounts.decimal(of.at("originSecondsSaved").number()),
                Amounts.bytes(of.at("bytes").whole()));
    }

    private static String typical(Seen latencies) {
        return latencies.at("count").whole() == 0 ? "-" : Amounts.millis(latencies.at("p50Millis"));
    }

    private static double backendSeconds(Seen route) {
        Seen head = route.at("originHead");
        return head.at("count").number() * head.at("meanMillis").number() / 1_000;
    }

    /** Routes by what a longer lifetime could have saved the backend, the most first. */
    private List<String> gains(Seen stats) {
        List<Map.Entry<String, Seen>> expired = stats.at("routes").members().entrySet().stream()
                .filter(route -> route.getValue().at("expired").whole() > 0)
                .sorted(Comparator.comparingDouble((Map.Entry<String, Seen> route) ->
                                -route.getValue().at("expiredOriginSeconds").number())
                        .thenComparing(Map.Entry::getKey))
                .toList();
        if (expired.isEmpty()) {
            return List.of();
        }
        Table table = new Table("LONGER LIFETIME FOR", ">COULD SAVE S", ">FETCHES OF EXPIRED", ">OF ITS FETCHES %");
        for (Map.Entry<String, Seen> route : expired) {
            Seen of = route.getValue();
            double fetches = of.at("misses").number() + of.at("validated").number();
            table.row(
                    route.getKey(),
                    Amounts.decimal(of.at("expiredOriginSeconds").number()),
                    Amounts.count(of.at("expired")),
                    fetches == 0 ? "-" : Amounts.decimal(100 * of.at("expired").number() / fetches));
        }
        return table.lines(ink);
    }

    private record Reason(long requests, String route, String what, String why) {}

    private List<String> reasons(Seen stats) {
        List<Reason> reasons = new ArrayList<>();
        stats.at("routes").members().forEach((name, route) -> {
            route.at("bypassReasons")
                    .members()
                    .forEach((why, count) -> reasons.add(new Reason(count.whole(), name, "not looked up", why)));
            route.at("notStoredReasons")
                    .members()
                    .forEach((why, count) -> reasons.add(new Reason(count.whole(), name, "not stored", why)));
        });
        if (reasons.isEmpty()) {
            return List.of();
        }
        reasons.sort(Comparator.comparingLong(Reason::requests).reversed().thenComparing(Reason::route));
        Table table = new Table(">REQUESTS", "ROUTE", "WERE", "BECAUSE OF");
        for (Reason reason : reasons.subList(0, Math.min(MOST_REASONS, reasons.size()))) {
            table.row(String.valueOf(reason.requests()), reason.route(), reason.what(), reason.why());
        }
        return table.lines(ink);
    }
}
