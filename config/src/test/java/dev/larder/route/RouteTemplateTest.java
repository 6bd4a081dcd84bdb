package dev.larder.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.larder.http.Target;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTemplateTest {

    private static Optional<Map<String, String>> match(String template, String path) {
        return RouteTemplate.parse(template).match(Target.parse(path).segments());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/ | / | {}",
                "/a | /a | {}",
                "/a/ | /a/ | {}",
                "/api/{id} | /api/7 | {id=7}",
                "/api/{id} | /api/a%20b | {id=a b}",
                "/api/{id}/x/{other} | /api/7/x/8 | {id=7, other=8}",
                "/api/{id}.json | /api/7.json | {id=7}",
                "/api/{id}.json | /api/.json.json | {id=.json}",
                "/v{n}/x | /v2/x | {n=2}",
                "/a{n}b | /a-b | {n=-}",
                "/{rest*} | / | {rest=}",
                "/{rest*} | /a | {rest=a}",
                "/{rest*} | /a/b/ | {rest=a/b/}",
                "/x/{rest*} | /x | {rest=}",
                "/x/{rest*} | /x/ | {rest=/}",
                "/x/{rest*} | /x/a | {rest=a}",
                "/{rest*}.css | /a.css | {rest=a}",
                "/{rest*}.css | /a/b.css | {rest=a/b}",
                "/{rest*}.css | /.css | {rest=}",
                "/{rest*}.css | /a/.css | {rest=a/}",
                "/s/{rest*}.css | /s/a.css.css | {rest=a.css}",
                "/a/{rest*}/z | /a/z | {rest=}",
                "/a/{rest*}/z | /a/b/c/z | {rest=b/c}",
                "/a/{rest*}/{id} | /a/b/c | {id=c, rest=b}",
                "/{rest*}/ | /a/b/ | {rest=a/b}",
                "/{a}/{rest*}/{b}/z | /1/2/3/4/z | {a=1, b=4, rest=2/3}"
            })
    void pathsOfTheFormGiveTheirVariables(String template, String path, String variables) {
        assertEquals(
                variables, match(template, path).map(TreeMap::new).orElseThrow().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "/, /a",
        "/a, /",
        "/a, /a/",
        "/a/, /a",
        "/a, /A",
        "/api/{id}, /api",
        "/api/{id}, /api/",
        "/api/{id}, /api/7/",
        "/api/{id}, /api/7/8",
        "/api/{id}.json, /api/.json",
        "/api/{id}.json, /api/7",
        "/ab{n}bc, /abc",
        "/x/{rest*}, /",
        "/x/{rest*}, /xy",
        "/{rest*}.css, /",
        "/{rest*}.css, /a.js",
        "/{rest*}.css, /a.css/",
        "/a/{rest*}/z, /a",
        "/a/{rest*}/z, /a/z/",
        "/a/{rest*}/a, /a",
        "/{rest*}/, /"
    })
    void otherPathsDoNotMatch(String template, String path) {
        assertEquals(Optional.empty(), match(template, path));
    }

    @Test
    void differentRestsHaveDifferentValues() {
        assertFalse(match("/x/{rest*}", "/x").equals(match("/x/{rest*}", "/x/")));
    }

    @Test
    void variablesAreNamedInOrder() {
        assertEquals(
                List.of("z", "rest", "a"),
                RouteTemplate.parse("/{z}/{rest*}/{a}.x").variables());
        assertEquals(
                "/{z}/{rest*}/{a}.x", RouteTemplate.parse("/{z}/{rest*}/{a}.x").toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "api/x | does not start with a slash; expected a path such as /api/courses/{id}",
                "/a//b | has an empty segment; expected one slash between segments",
                "// | has an empty segment; expected one slash between segments",
                "/a/../b | has the dot segment \"..\"; expected the path that it leads to",
                "/{id | has the segment \"{id\"; expected one variable a segment, as {name}, with its braces in pairs",
                "/id} | has the segment \"id}\"; expected one variable a segment, as {name}, with its braces in pairs",
                "/}{ | has the segment \"}{\"; expected one variable a segment, as {name}, with its braces in pairs",
                "/{a}{b} | has the segment \"{a}{b}\"; expected one variable a segment, as {name}, with its braces in pairs",
                "/{a}-{b} | has the segment \"{a}-{b}\"; expected one variable a segment, as {name}, with its braces in pairs",
                "/{{a}} | has the segment \"{{a}}\"; expected one variable a segment, as {name}, with its braces in pairs",
                "/{} | has the variable name \"\"; expected a letter or _ and then letters, digits, - and _, with a * at the end for any number of segments",
                "/{*} | has the variable name \"\"; expected a letter or _ and then letters, digits, - and _, with a * at the end for any number of segments",
                "/{a.b} | has the variable name \"a.b\"; expected a letter or _ and then letters, digits, - and _, with a * at the end for any number of segments",
                "/{1} | has the variable name \"1\"; expected a letter or _ and then letters, digits, - and _, with a * at the end for any number of segments",
                "/{a}/{a} | has the variable {a} twice; expected a name of its own for each variable",
                "/{a}/{a*} | has the variable {a} twice; expected a name of its own for each variable",
                "/{a*}/{b*} | has two rests, {a*} and {b*}; expected one at most",
                "/x{a*} | has \"x\" right before {a*}; expected a rest that begins after a slash",
                "/{a*}.css/b | has \".css\" right after {a*}; expected a suffix in the last segment only",
                "/a/* | has the segment \"*\"; expected {name} for one segment, {name*} for any number of them",
                "/{a}* | has the segment \"{a}*\"; expected {name} for one segment, {name*} for any number of them",
                "/a%20b | holds a percent sign; expected decoded text: a template is compared with the decoded path",
                "/a?b | holds a question mark; expected a path only; query parameters belong to key or query",
                "/a#b | holds a number sign; expected a path only; a fragment never reaches a server",
                "/a;b | holds a semicolon; expected a path that servers read alike; one with this character is never cached"
            })
    void brokenTemplatesAreRefusedWithWhatWasExpected(String template, String message) {
        String actual = assertThrows(IllegalArgumentException.class, () -> RouteTemplate.parse(template))
                .getMessage();
        assertEquals("template \"" + template + "\" " + message, actual);
    }

    @ParameterizedTest
    @CsvSource({
        "/a/{id}, /a/b, true",
        "/a/b, /a/{id}, false",
        "/a/{id}, /a/{other}, true",
        "/{rest*}, /a/{id}/, true",
        "/{rest*}.css, /{a}.css, true",
        "/{a}.css, /{rest*}.css, false",
        "/{rest*}, /{rest*}.css, true",
        "/a/{rest*}, /{rest*}, false",
        "/{a}/{rest*}, /{rest*}/z, true",
        "/{a}/{rest*}, /{rest*}, false",
        "/{rest*}/z, /{a}/{rest*}/z, true",
        "/{id}.json, /{id}.min.json, true",
        "/x{id}, /xy{id}, true",
        "/xy{id}, /x{id}, false"
    })
    void coveringIsAboutEveryPath(String one, String other, boolean covers) {
        assertEquals(covers, RouteTemplate.parse(one).covers(RouteTemplate.parse(other)));
    }

    /**
     * All templates of up to three pieces with one another: one covers the other where it matches every path of a large
     * common list that the other matches, and paths made of the other itself, longer than any fixed part.
     */
    @Test
    void coversIsExactOnEnumeratedPaths() {
        List<RouteTemplate> templates = templates();
        List<List<String>> paths = paths();
        List<BitSet> matched = new ArrayList<>();
        List<List<List<String>>> own = new ArrayList<>();
        for (RouteTemplate template : templates) {
            BitSet bits = new BitSet();
            for (int path = 0; path < paths.size(); path++) {
                bits.set(path, template.matches(paths.get(path)));
            }
            matched.add(bits);
            own.add(pathsOf(template.toString()));
            assertTrue(own.get(own.size() - 1).stream().allMatch(template::matches), template.toString());
        }
        int covering = 0;
        for (int one = 0; one < templates.size(); one++) {
            for (int other = 0; other < templates.size(); other++) {
                BitSet missing = (BitSet) matched.get(other).clone();
                missing.andNot(matched.get(one));
                boolean expected = missing.isEmpty() && own.get(other).stream().allMatch(templates.get(one)::matches);
                boolean actual = templates.get(one).covers(templates.get(other));
                if (expected != actual) {
                    fail(templates.get(one) + " covers " + templates.get(other) + ": " + actual);
                }
                covering += actual ? 1 : 0;
            }
        }
        assertTrue(covering > templates.size(), "some pairs beside each with itself");
    }

    private static List<RouteTemplate> templates() {
        List<String> pieces = List.of("a", "ab", "{v}", "a{v}", "{v}b", "a{v}b", "{r*}");
        List<String> texts = new ArrayList<>(List.of("/"));
        for (int length = 1; length <= 3; length++) {
            int combinations = (int) Math.pow(pieces.size(), length);
            for (int combination = 0; combination < combinations; combination++) {
                StringBuilder text = new StringBuilder();
                int rest = combination;
                for (int i = 0; i < length; i++) {
                    String piece = pieces.get(rest % pieces.size());
                    text.append('/').append(piece.replace("v", "v" + i));
                    rest /= pieces.size();
                }
                if (text.indexOf("*") != text.lastIndexOf("*")) {
                    continue;
                }
                texts.add(text.toString());
                if (length < 3) {
                    texts.add(text + "/");
                    if (text.indexOf("*") == text.length() - 2) {
                        texts.add(text + "b");
                        texts.add(text + "ab");
                    }
                }
            }
        }
        return texts.stream().map(RouteTemplate::parse).toList();
    }

    /** Paths of this template whose variables are a letter that no template names, or as little as may be. */
    private static List<List<String>> pathsOf(String template) {
        List<List<String>> paths = new ArrayList<>();
        String concrete = template.replaceAll("\\{v\\d}", "c");
        if (!concrete.contains("{r*}")) {
            return List.of(Target.parse(concrete).segments());
        }
        boolean suffix = concrete.matches(".*\\{r\\*}[^/]+");
        for (int length = 0; length <= 6; length++) {
            String rest = "/c".repeat(length);
            if (suffix) {
                paths.add(Target.parse(concrete.replace("/{r*}", rest + "/")).segments());
                paths.add(Target.parse(concrete.replace("/{r*}", rest + "/c")).segments());
                continue;
            }
            String path = concrete.replace("/{r*}", rest);
            if (!path.equals("/")) {
                paths.add(path.isEmpty() ? List.of() : Target.parse(path).segments());
            }
            if (concrete.endsWith("{r*}") && !path.isEmpty()) {
                paths.add(Target.parse(path + "/").segments());
            }
        }
        return paths;
    }

    /** Paths of up to four segments over a small alphabet, with and without a slash at the end. */
    private static List<List<String>> paths() {
        List<String> segments = List.of("a", "b", "ab", "aab", "abb", "aa", "bb", "c", "acb", "cab", "abc");
        List<List<String>> paths = new ArrayList<>(List.of(List.of()));
        List<List<String>> longest = List.of(List.of());
        for (int length = 1; length <= 4; length++) {
            List<List<String>> longer = new ArrayList<>();
            for (List<String> path : longest) {
                for (String segment : length < 4 ? segments : List.of("a", "ab", "c")) {
                    List<String> next = new ArrayList<>(path);
                    next.add(segment);
                    longer.add(next);
                    List<String> slashed = new ArrayList<>(next);
                    slashed.add("");
                    paths.add(slashed);
                }
            }
            paths.addAll(longer);
            longest = longer;
        }
        return paths;
    }
}
