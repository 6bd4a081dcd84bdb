package dev.larder.policy;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import dev.larder.http.Target;
import dev.larder.rules.Located;
import dev.larder.rules.Position;
import dev.larder.rules.Rules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Heads and routes for tables: fields are written {@code Name: value | Name: value}. */
final class Heads {

    /** When every sample response arrived, a second after it was asked for. */
    static final Instant ARRIVED = Instant.parse("2026-11-22T12:00:00Z");

    static final Instant ASKED = ARRIVED.minusSeconds(1);
    static final String DATE = "Sun, 22 Nov 2026 12:00:00 GMT";

    private Heads() {}

    static Fields fields(String text) {
        List<String> lines = new ArrayList<>();
        for (String line : text.split("\\|", -1)) {
            if (!line.isBlank()) {
                int colon = line.indexOf(':');
                lines.add(line.substring(0, colon).strip());
                lines.add(line.substring(colon + 1).strip());
            }
        }
        return Fields.of(lines.toArray(new String[0]));
    }

    static RequestHead get(String fields) {
        return request("GET", fields);
    }

    static RequestHead request(String method, String fields) {
        return new RequestHead(method, Target.parse("/a"), "http", "example", fields(fields));
    }

    static ResponseHead response(int status, String fields) {
        return new ResponseHead(status, "", fields(fields));
    }

    /** Fresh for 60 s, to be served stale for 10 s more while revalidated and 30 s more on errors. */
    static StoredHead stored(String fields) {
        return stored(fields, "");
    }

    static StoredHead stored(String fields, String varied) {
        return new StoredHead(
                response(200, fields),
                ASKED,
                ARRIVED,
                fields(varied),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30));
    }

    static Rules.Route route(Rules.Ttl ttl, String... overrides) {
        return route(ttl, Map.of(200, Optional.empty(), 404, Optional.of(Duration.ofSeconds(7))), overrides);
    }

    static Rules.Route route(Rules.Ttl ttl, Map<Integer, Optional<Duration>> statuses, String... overrides) {
        return route(ttl, statuses, Rules.VaryRule.NONE, overrides);
    }

    static Rules.Route route(
            Rules.Ttl ttl, Map<Integer, Optional<Duration>> statuses, Rules.VaryRule vary, String... overrides) {
        Position at = new Position(1, 1);
        return new Rules.Route(
                new Located<>("sample", at),
                new Located<>("/a", at),
                Optional.empty(),
                Optional.empty(),
                new Rules.Access.Public(true),
                Map.of(),
                new Rules.QueryRule(Rules.OtherQuery.BYPASS, List.of()),
                ttl,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                statuses,
                List.of(),
                1 << 20,
                OptionalLong.empty(),
                Set.of(overrides),
                List.of(),
                vary,
                List.of(),
                Rules.Jitter.NONE,
                0,
                Rules.Compression.NONE);
    }
}
