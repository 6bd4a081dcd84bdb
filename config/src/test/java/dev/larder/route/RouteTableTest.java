package dev.larder.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.http.Target;
import dev.larder.route.RouteTable.Entry;
import dev.larder.route.RouteTable.Match;
import dev.larder.route.RouteTable.Shadow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {

    private static RouteTable table(String... hostAndTemplate) {
        return new RouteTable(
                Stream.of(hostAndTemplate).map(RouteTableTest::entry).toList());
    }

    /** {@code /path} for any host, {@code host/path} for one. */
    private static Entry entry(String hostAndTemplate) {
        int slash = hostAndTemplate.indexOf('/');
        return new Entry(
                slash == 0 ? Optional.empty() : Optional.of(hostAndTemplate.substring(0, slash)),
                RouteTemplate.parse(hostAndTemplate.substring(slash)));
    }

    private static int index(RouteTable table, String authority, String path) {
        return table.match(authority, Target.parse(path).segments())
                .map(Match::index)
                .orElse(-1);
    }

    @Test
    void firstInFileOrderIsChosen() {
        RouteTable table = table("/api/{a}/new", "/api/courses/{id}", "/api/{a}/{b}", "/{rest*}", "/api/courses");
        assertEquals(0, index(table, "h", "/api/courses/new"));
        assertEquals(1, index(table, "h", "/api/courses/7"));
        assertEquals(2, index(table, "h", "/api/lessons/7"));
        assertEquals(3, index(table, "h", "/api/courses"));
        assertEquals(3, index(table, "h", "/"));
        assertEquals(Optional.of(new Match(1, Map.of("id", "7"))), table.match("h", List.of("api", "courses", "7")));
    }

    @Test
    void nothingIsChosenWhereNothingMatches() {
        assertEquals(-1, index(table("/a", "/a/{b}/c"), "h", "/a/b"));
        assertEquals(-1, index(table(), "h", "/"));
    }

    @ParameterizedTest
    @CsvSource({
        "shop.example, shop.example, true",
        "shop.example, shop.example:8080, true",
        "shop.example:8080, shop.example:8080, true",
        "shop.example:8080, shop.example, false",
        "shop.example:8080, shop.example:80800, false",
        "shop.example, shop.example.org, false",
        "shop.example, my.shop.example, false",
        "shop.example, shop.example:, false",
        "[::1], [::1], true",
        "[::1], [::1]:8080, true",
        "[::1]:8080, [::1], false"
    })
    void hostWithoutPortStandsForEveryPort(String host, String authority, boolean matches) {
        assertEquals(matches ? 0 : -1, index(table(host + "/a"), authority, "/a"));
    }

    @Test
    void routeOfAnotherHostIsPassedOver() {
        RouteTable table = table("one.example/{rest*}", "/a", "two.example/{rest*}");
        assertEquals(0, index(table, "one.example", "/a"));
        assertEquals(1, index(table, "two.example", "/a"));
        assertEquals(2, index(table, "two.example", "/b"));
    }

    @Test
    void coveredTemplatesAreShadowed() {
        RouteTable table = table("/a/{b}", "/a/c", "/{rest*}", "/x", "/a/{other}");
        assertEquals(List.of(new Shadow(1, 0), new Shadow(3, 2), new Shadow(4, 0)), table.shadows());
    }

    @Test
    void shadowsNeedTheSameHostOrAny() {
        assertEquals(List.of(), table("one.example/a", "two.example/a", "/a").shadows());
        assertEquals(List.of(new Shadow(1, 0)), table("/a", "one.example/a").shadows());
        assertEquals(
                List.of(new Shadow(1, 0)),
                table("one.example/a", "one.example/a").shadows());
        assertEquals(
                List.of(new Shadow(1, 0)),
                table("one.example/a", "one.example:81/a").shadows());
        assertEquals(List.of(), table("one.example:81/a", "one.example/a").shadows());
    }

    @Test
    void theTreeChoosesWhatALookThroughTheListWould() {
        List<String> pieces = List.of("a", "b", "{v}", "a{v}", "{r*}");
        Random random = new Random(11);
        int found = 0;
        for (int round = 0; round < 300; round++) {
            List<Entry> entries = new ArrayList<>();
            while (entries.size() < 12) {
                StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "h" : "");
                for (int i = random.nextInt(4); i >= 0; i--) {
                    String piece = pieces.get(random.nextInt(pieces.size()));
                    text.append('/').append(piece.replace("v", "v" + i));
                }
                if (text.indexOf("*") == text.lastIndexOf("*")) {
                    entries.add(entry(text.toString()));
                }
            }
            RouteTable table = new RouteTable(entries);
            for (int i = 0; i < 40; i++) {
                List<String> path = new ArrayList<>();
                for (int length = random.nextInt(6); length > 0; length--) {
                    path.add(List.of("a", "b", "ab", "c").get(random.nextInt(4)));
                }
                String authority = random.nextBoolean() ? "h" : "other";
                int expected = -1;
                for (int index = 0; index < entries.size() && expected < 0; index++) {
                    Entry entry = entries.get(index);
                    if (entry.host().filter(host -> !host.equals(authority)).isEmpty()
                            && entry.template().matches(path)) {
                        expected = index;
                    }
                }
                assertEquals(
                        expected, table.match(authority, path).map(Match::index).orElse(-1));
                found += expected >= 0 ? 1 : 0;
            }
        }
        assertTrue(found > 1000);
    }
}
