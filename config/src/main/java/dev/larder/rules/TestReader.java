package dev.larder.rules;

import dev.larder.rules.Rules.Expect;
import dev.larder.rules.Rules.RuleTest;
import dev.larder.rules.Rules.SampleResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The section {@code tests}. */
final class TestReader {

    private static final String REQUEST = "METHOD /path, e.g. GET /api/courses?page=2";
    private static final SampleResponse OK = new SampleResponse(200, Map.of(), Optional.empty());

    private final Set<String> bypassTokens;
    private final Set<String> routes;
    private final Ttls ttls;
    private final Problems problems;

    /**
     * Reads tests of these routes.
     *
     * @param routes their names; empty where not all of them are known
     */
    TestReader(Set<String> bypassTokens, Set<String> routes, Ttls ttls, Problems problems) {
        this.bypassTokens = bypassTokens;
        this.routes = routes;
        this.ttls = ttls;
        this.problems = problems;
    }

    List<RuleTest> read(List<YamlNode> nodes) {
        List<RuleTest> tests = new ArrayList<>();
        for (YamlNode node : nodes) {
            SectionReader.of(Grammar.TEST, node, "", problems)
                    .flatMap(this::test)
                    .ifPresent(tests::add);
        }
        return List.copyOf(tests);
    }

    private Optional<RuleTest> test(SectionReader test) {
        Optional<Located<String>> request = test.text("request");
        Optional<String[]> parts =
                request.flatMap(text -> WhenReader.methodAndTarget(text, "request", REQUEST, problems));
        if (parts.isPresent() && !parts.get()[1].startsWith("/")) {
            test.problem("request", request.orElseThrow(), REQUEST, Optional.empty());
        }
        Optional<Map<String, Object>> as = test.has("as") ? Optional.of(claims(test)) : Optional.empty();
        Map<String, String> header = header(test);
        Optional<String> body = test.text("body").map(Located::value);
        SampleResponse response =
                test.section("response", Grammar.RESPONSE).map(this::response).orElse(OK);
        Optional<Expect> expect = test.section("expect", Grammar.EXPECT).map(this::expect);
        if (request.isEmpty() || parts.isEmpty() || expect.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new RuleTest(request.get(), parts.get()[0], parts.get()[1], as, header, body, response, expect.get()));
    }

    private Map<String, Object> claims(SectionReader test) {
        Map<String, Object> claims = new LinkedHashMap<>();
        for (YamlNode.Entry entry : test.entries("as")) {
            String what = "as." + entry.key();
            if (entry.value() instanceof YamlNode.Sequence sequence) {
                List<String> values = new ArrayList<>();
                for (YamlNode item : sequence.items()) {
                    Scalars.text(item, what, "a value or a list of values", problems)
                            .ifPresent(text -> values.add(text.value()));
                }
                claims.put(entry.key(), List.copyOf(values));
            } else {
                Scalars.text(entry.value(), what, "a value or a list of values", problems)
                        .ifPresent(text -> claims.put(entry.key(), text.value()));
            }
        }
        return Collections.unmodifiableMap(claims);
    }

    private Map<String, String> header(SectionReader section) {
        Map<String, String> header = new LinkedHashMap<>();
        section.textMap("header").forEach((name, value) -> {
            if (!Sources.isToken(name)) {
                problems.add(value.at(), "header " + Quoted.text(name), "the name of a field, e.g. Next-Action");
            }
            header.put(name, value.value());
        });
        return Collections.unmodifiableMap(header);
    }

    private SampleResponse response(SectionReader response) {
        int status = (int) response.number("status", 200, 599).orElse(200);
        return new SampleResponse(
                status, header(response), response.text("body").map(Located::value));
    }

    private Expect expect(SectionReader expect) {
        Optional<Located<String>> key = expect.text("key");
        Optional<Located<String>> route = expect.text("route");
        route.filter(name -> !routes.isEmpty() && !routes.contains(name.value()))
                .ifPresent(name -> expect.problem(
                        "route",
                        name,
                        "the name of a route: one of " + String.join(", ", routes),
                        Nearest.of(name.value(), routes)));
        Optional<Located<Duration>> ttl = expect.lifetime("ttl", ttls)
                .map(lifetime ->
                        new Located<>(lifetime, expect.text("ttl").orElseThrow().at()));
        Optional<Located<String>> bypass = expect.text("bypass");
        bypass.filter(token -> !bypassTokens.contains(token.value()))
                .ifPresent(token -> expect.problem(
                        "bypass",
                        token,
                        "one of "
                                + String.join(
                                        ", ", bypassTokens.stream().sorted().toList()),
                        Nearest.of(token.value(), bypassTokens)));
        if (key.isPresent() && bypass.isPresent()) {
            problems.add(expect.at("bypass"), "both key and bypass", "one of them: what is not cached has no key");
        }
        List<Located<String>> purges = expect.texts("purges");
        List<Located<String>> keeps = expect.texts("keeps");
        boolean nothing = Grammar.EXPECT.names().stream().noneMatch(expect::has);
        if (nothing) {
            problems.add(
                    expect.at(), "an expectation of nothing", "one of " + String.join(", ", Grammar.EXPECT.names()));
        }
        return new Expect(key, route, ttl, bypass, purges, keeps);
    }
}
