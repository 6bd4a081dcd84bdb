package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What /metrics says of a sidecar whose Redis is away, and that dashboards and alerts ask for nothing else. */
class MetricsTest {

    private static final String RULES = """
            version: 1
            identity:
              session: { credential: { cookie: sid }, resolve: { get: /me, claims: { id: /id } } }
            routes:
              - { name: items, get: "/items/{id}", access: public, ttl: 60s }
            purges:
              - { name: item-changed, when: "PUT /items/{id}", purge: ["items:id:{id}"] }
            """;

    private static final ScriptedOrigin.Script WELL = (request, exchange) -> {
        exchange.respond(200, "well");
        return true;
    };

    /** A name of a metric, or one of the series that a histogram has. */
    private static final Pattern NAME = Pattern.compile("\\b(larder|jvm|process|system)_[a-z0-9_]+");

    private static String scraped;

    @BeforeAll
    static void visit() throws Exception {
        try (ProxyRig rig = ProxyRig.with(RULES, WELL, Truth.storedAt("redis://127.0.0.1:1"));
                RawClient client = rig.client()) {
            client.get("/items/1");
            client.request("PUT", "/items/1", "");
            client.get("/elsewhere");
            try (RawClient admin = RawClient.connect(rig.sidecar().adminAddress())) {
                RawClient.Answer[] answer = new RawClient.Answer[1];
                Until.holds("counted", () -> {
                    answer[0] = admin.get("/metrics");
                    return answer[0].text().contains("detail=\"no-route\"")
                            && answer[0].text().contains("larder_purges_total{purge=\"item-changed\"}")
                            && answer[0].text().contains("process_files_open_files");
                });
                // What is bound last has been seen, and the others may have come after their turn in that scrape.
                scraped = admin.get("/metrics").text();
                if (Boolean.getBoolean("metrics.print")) {
                    System.out.println(scraped);
                }
            }
        }
    }

    @AfterAll
    static void leave() {
        scraped = "";
    }

    private static Set<String> names(String text) {
        return NAME.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "larder_requests_total{detail=\"store-unavailable\",result=\"bypass\",route=\"items\",status=\"2xx\"} 1.0",
                "larder_requests_total{detail=\"no-route\",result=\"bypass\",route=\"-\",status=\"2xx\"} 1.0",
                "larder_request_duration_seconds_bucket{result=\"bypass\",route=\"items\",le=\"+Inf\"} 1",
                "larder_response_body_bytes_total{result=\"bypass\",route=\"items\"} 4.0",
                "larder_origin_head_seconds_count{route=\"items\"} 1",
                "larder_purges_total{purge=\"item-changed\"} 1.0",
                "larder_purged_groups_total 1.0",
                "larder_store_usable 0.0",
                "larder_store_owed_purges 1.0",
                "larder_store_circuit_open ",
                "larder_identity_questions_total 0.0",
                "larder_connections_limit 1000.0",
                "larder_captures_limit_bytes 6.7108864E7",
                "larder_rules_info{fingerprint=",
                "larder_rules_routes 1.0",
                "larder_build_info{java=",
                "jvm_memory_used_bytes{area=\"heap\"",
                "jvm_gc_collections_total{collector=",
                "jvm_threads_live_threads ",
                "process_start_time_seconds ",
            })
    void saysWhatHappened(String line) {
        assertTrue(scraped.contains("\n" + line), () -> line + " is not in\n" + scraped);
    }

    /** How often depends on whether the answer's body came with its head. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "larder_store_trip_failures_total{trip=\"purge\"} ",
                "larder_store_trip_duration_seconds_count{trip=\"purge\"} "
            })
    void aPurgeThatTheStoreWasNotToldOfIsATripThatFailed(String series) {
        String value = scraped.lines()
                .filter(line -> line.startsWith(series))
                .findFirst()
                .orElseThrow()
                .substring(series.length());
        assertTrue(Double.parseDouble(value) >= 1, value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker/prometheus/alerts.yaml",
                "docker/prometheus/alerts.test.yaml",
                "docker/grafana/dashboards/larder.json",
                "docs/troubleshooting.md",
                "docs/tuning.md",
                "README.md"
            })
    void whatIsAskedForIsThere(String file) throws Exception {
        Set<String> asked = names(Files.readString(Path.of("..", file)));
        assertTrue(!asked.isEmpty(), () -> file + " asks for nothing");
        asked.removeAll(names(scraped));
        assertTrue(asked.isEmpty(), () -> file + " asks for what is not there: " + asked);
    }

    @Test
    void everyMetricOfOursSaysWhatItIsAndCountersEndInTotal() {
        Matcher type = Pattern.compile("(?m)^# TYPE (larder_\\S+) (\\S+)$").matcher(scraped);
        int counted = 0;
        while (type.find()) {
            counted++;
            String name = type.group(1);
            assertTrue(scraped.contains("# HELP " + name + " "), name);
            assertTrue(name.endsWith("_total") == type.group(2).equals("counter"), type.group());
        }
        assertTrue(counted > 30, "only " + counted);
        assertTrue(
                !scraped.contains("NaN"),
                () -> scraped.lines()
                        .filter(line -> line.contains("NaN"))
                        .toList()
                        .toString());
    }
}
