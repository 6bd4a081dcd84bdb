package dev.larder.cli.remote;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code larder top}: what is going on now. */
@Command(
        name = "top",
        mixinStandardHelpOptions = true,
        description = {
            "What is going on now: routes over the last ten seconds, and the keys asked for most since the sidecar began.",
            "With --json it says the keys once, which is what larder warm reads.",
            "",
            "Example: larder top --json --limit 256 > hottest.json    before a restart, and after it:",
            "         larder warm hottest.json"
        })
public final class TopCommand implements Callable<Integer> {

    private static final int WINDOW_SECONDS = 10;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private AdminOptions sidecar = new AdminOptions();

    @Option(
            names = "--limit",
            paramLabel = "NUMBER",
            defaultValue = "20",
            description = "how many keys, at most 256 (default ${DEFAULT-VALUE})")
    private int limit;

    @Option(names = "--json", description = "the keys, once: the answer of the admin address as it is")
    private boolean json;

    @Mixin
    private Refreshing refreshing = new Refreshing();

    /** The last second that was seen. */
    private long newest;

    @Override
    public Integer call() throws IOException, InterruptedException {
        AdminClient client = sidecar.client();
        String most = String.valueOf(Math.max(1, limit));
        if (json) {
            Said.json(spec, client.get("/api/top", "limit", most).text());
            return 0;
        }
        Ink ink = Ink.ofProcess();
        refreshing.show(() -> view(client, most, ink), ink, Said.out(spec));
        return 0;
    }

    private List<String> view(AdminClient client, String most, Ink ink) throws IOException {
        Seen stats = client.get("/api/stats").seen();
        Seen seconds = client.get("/api/seconds", "since", String.valueOf(Math.max(0, newest - WINDOW_SECONDS)))
                .seen();
        Seen top = client.get("/api/top", "limit", most).seen();
        List<String> lines = new ArrayList<>();
        lines.add(new RouteTable(ink).summary(stats));
        lines.add("");
        lines.addAll(routes(seconds.at("seconds").elements()).lines(ink));
        lines.add("");
        lines.addAll(keys(top).lines(ink));
        return lines;
    }

    /** What a route did within the window. */
    private static final class Sum {
        private double requests;
        private double hits;
        private double lookups;
        private double bypasses;
        private double errors;
        private double cachedMillis;
        private double uncachedMillis;

        void add(Seen second) {
            double hit = second.at("hits").number();
            double all = second.at("requests").number();
            requests += all;
            hits += hit;
            lookups += second.at("lookups").number();
            bypasses += second.at("bypasses").number();
            errors += second.at("errors").number();
            cachedMillis += second.at("cachedMillis").number() * hit;
            uncachedMillis += second.at("uncachedMillis").number() * (all - hit);
        }
    }

    private Table routes(List<Seen> seconds) {
        for (Seen second : seconds) {
            newest = Math.max(newest, second.at("at").whole());
        }
        Map<String, Sum> routes = new TreeMap<>();
        long first = newest - WINDOW_SECONDS;
        for (Seen second : seconds) {
            if (second.at("at").whole() > first) {
                second.at("routes")
                        .members()
                        .forEach((name, of) ->
                                routes.computeIfAbsent(name, made -> new Sum()).add(of));
            }
        }
        Table table = new Table("ROUTE", ">REQUESTS/S", ">HIT %", ">BYPASSED/S", ">ERRORS/S", ">HIT MS", ">OTHER MS");
        routes.entrySet().stream()
                .filter(route -> route.getValue().requests > 0)
                .sorted(Comparator.comparingDouble((Map.Entry<String, Sum> route) -> -route.getValue().requests)
                        .thenComparing(Map.Entry::getKey))
                .forEach(route -> row(table, route.getKey(), route.getValue()));
        return table;
    }

    private static void row(Table table, String name, Sum of) {
        double others = of.requests - of.hits;
        table.row(
                name,
                Amounts.decimal(of.requests / WINDOW_SECONDS),
                ratio(of.hits * 100, of.lookups),
                Amounts.decimal(of.bypasses / WINDOW_SECONDS),
                Amounts.decimal(of.errors / WINDOW_SECONDS),
                ratio(of.cachedMillis, of.hits),
                ratio(of.uncachedMillis, others));
    }

    private static String ratio(double of, double by) {
        return by == 0 ? "-" : Amounts.decimal(of / by);
    }

    private static Table keys(Seen top) {
        Table table = new Table(">REQUESTS", ">ALL MS", "KEY");
        for (Seen key : top.at("keys").elements()) {
            table.row(
                    "~" + Amounts.count(key.at("requests")),
                    Amounts.millis(key.at("millis")),
                    key.at("key").text());
        }
        return table;
    }
}
