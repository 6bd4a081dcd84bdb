package dev.larder.key;

import static dev.larder.key.SampleRoute.claim;
import static dev.larder.key.SampleRoute.header;
import static dev.larder.key.SampleRoute.path;
import static dev.larder.key.SampleRoute.query;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.Target;
import dev.larder.route.RouteTemplate;
import dev.larder.rules.Rules;
import dev.larder.rules.Rules.Many;
import dev.larder.rules.Rules.OtherQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two requests whose parts differ never make one key, whatever their parts hold. */
class KeyInjectivityTest {

    private static final Rules.Route RULE = SampleRoute.of("r", "/p/{a}/{rest*}")
            .key("a", path("a").source())
            .key("rest", path("rest").source())
            .key("q", query("q").source())
            .key("list", query("list").many(Many.ORDERED).source())
            .key("h", header("X-H").source())
            .key("id", claim("id").source())
            .other(OtherQuery.KEY)
            .build();

    /** Whole pieces of keys among them, so that values would meet soon if anything leaked. */
    private static final List<String> PIECES = List.of(
            "a", ":", "*", "%", "!", ",", "?", "?x", "~", "é", "😀", " ", "+", ":q:", "!:q", "%3A", ":?x:", "", "1");

    private final Random random = new Random(42);

    private String value() {
        StringBuilder value = new StringBuilder();
        for (int length = random.nextInt(3); length > 0; length--) {
            value.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return value.toString();
    }

    /** A request of these parts. */
    private record Parts(String a, List<String> rest, List<List<String>> query, List<String> header, String id) {

        RequestHead request() {
            StringBuilder target = new StringBuilder("/p/").append(inPath(a));
            rest.forEach(segment -> target.append('/').append(inPath(segment)));
            String separator = "?";
            for (List<String> pair : query) {
                target.append(separator).append(inQuery(pair.get(0)));
                separator = "&";
                if (pair.size() > 1) {
                    target.append('=').append(inQuery(pair.get(1)));
                }
            }
            Fields.Builder fields = Fields.builder();
            header.forEach(line -> fields.add("X-H", line));
            return new RequestHead("GET", Target.parse(target.toString()), "http", "h", fields.build());
        }

        private static String inPath(String text) {
            return CacheKey.escape(text)
                    .replace("%3A", ":")
                    .replace("%2A", "*")
                    .replace("%21", "!")
                    .replace("%2C", ",")
                    .replace("%2B", "+");
        }

        private static String inQuery(String text) {
            return CacheKey.escape(text);
        }

        /** What must be told apart: the order of different names in a query means nothing. */
        List<Object> meaning() {
            Map<String, List<List<String>>> byName = new HashMap<>();
            query.forEach(pair -> byName.computeIfAbsent(pair.get(0), name -> new ArrayList<>())
                    .add(pair));
            return List.of(a, rest, byName, header, id);
        }
    }

    private Parts parts() {
        List<String> rest = new ArrayList<>();
        for (int length = random.nextInt(3); length > 0; length--) {
            rest.add(value());
        }
        List<List<String>> query = new ArrayList<>();
        List<String> names = List.of("q", "list", "list", "x", "", "q:", "?x", "list,");
        for (int length = random.nextInt(4); length > 0; length--) {
            String name = names.get(random.nextInt(names.size()));
            // A piece with neither name nor value is none.
            query.add(random.nextInt(6) == 0 && !name.isEmpty() ? List.of(name) : List.of(name, value()));
        }
        List<String> header = random.nextBoolean() ? List.of() : List.of(value());
        return new Parts(value(), rest, query, header, value());
    }

    @Test
    void differentPartsNeverMeetInOneKey() {
        KeyDeriver deriver = new KeyDeriver(RULE);
        RouteTemplate template = RouteTemplate.parse(RULE.template().value());
        Map<String, List<Object>> meanings = new HashMap<>();
        int keyed = 0;
        for (int round = 0; round < 60_000; round++) {
            Parts parts = parts();
            RequestHead request = parts.request();
            Map<String, String> variables =
                    template.match(request.target().segments()).orElse(null);
            if (variables == null || request.target().pathDoubt().isPresent()) {
                continue;
            }
            Identity identity = new Identity("session", Map.of("id", parts.id()), Map.of());
            if (deriver.derive(request, variables, identity) instanceof Derivation.Keyed derived) {
                keyed++;
                List<Object> before = meanings.putIfAbsent(derived.key().text(), parts.meaning());
                if (before != null) {
                    assertEquals(before, parts.meaning(), () -> derived.key().text());
                }
            }
        }
        assertTrue(keyed > 10_000, "only " + keyed + " of the requests had a key");
        assertTrue(meanings.size() > 5_000, "only " + meanings.size() + " different keys");
    }
}
