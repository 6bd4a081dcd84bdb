package dev.larder.rules;

import dev.larder.rules.Rules.Access;
import dev.larder.rules.Rules.KeySource;
import dev.larder.rules.Rules.OtherQuery;
import dev.larder.rules.Rules.QueryRule;
import dev.larder.rules.Rules.Route;
import dev.larder.rules.Rules.Ttl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The sections {@code defaults} and {@code routes}. */
final class RouteReader {

    private static final long MAX_BODY = 1 << 20;

    private final Ttls ttls;
    private final Identities identities;
    private final Problems problems;

    RouteReader(Ttls ttls, Identities identities, Problems problems) {
        this.ttls = ttls;
        this.identities = identities;
        this.problems = problems;
    }

    /** All routes that could be read; names are unique among them. */
    List<Route> read(Optional<YamlNode> defaults, List<YamlNode> nodes) {
        Optional<YamlNode.Mapping> common = defaults.flatMap(this::defaults);
        Map<String, Route> routes = new LinkedHashMap<>();
        for (YamlNode node : nodes) {
            YamlNode merged =
                    common.isPresent() && node instanceof YamlNode.Mapping own ? merge(common.get(), own) : node;
            SectionReader.of(Grammar.ROUTE, merged, "", problems)
                    .flatMap(this::route)
                    .ifPresent(route -> add(routes, route));
        }
        return List.copyOf(routes.values());
    }

    private Optional<YamlNode.Mapping> defaults(YamlNode node) {
        Optional<SectionReader> section = SectionReader.of(Grammar.DEFAULTS, node, "defaults.", problems);
        if (section.isEmpty() || !(node instanceof YamlNode.Mapping mapping)) {
            return Optional.empty();
        }
        // What is no field is a problem already, and not one of every route.
        List<YamlNode.Entry> known = mapping.entries().stream()
                .filter(entry -> section.get().has(entry.key()))
                .toList();
        return Optional.of(new YamlNode.Mapping(known, mapping.flow(), mapping.at()));
    }

    /** What the route says itself replaces the default; where both are maps, field by field. */
    private static YamlNode.Mapping merge(YamlNode.Mapping defaults, YamlNode.Mapping own) {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        defaults.entries().forEach(entry -> entries.put(entry.key(), entry));
        for (YamlNode.Entry entry : own.entries()) {
            YamlNode.Entry common = entries.get(entry.key());
            YamlNode value = common != null
                            && common.value() instanceof YamlNode.Mapping base
                            && entry.value() instanceof YamlNode.Mapping over
                    ? merge(base, over)
                    : entry.value();
            entries.put(entry.key(), new YamlNode.Entry(entry.key(), entry.at(), value));
        }
        return new YamlNode.Mapping(List.copyOf(entries.values()), own.flow(), own.at());
    }

    private void add(Map<String, Route> routes, Route route) {
        Route first = routes.putIfAbsent(route.name().value(), route);
        if (first != null) {
            problems.add(
                    route.name().at(),
                    "a second route " + Quoted.text(route.name().value()),
                    "a name of its own: the first is on line "
                            + first.name().at().line());
        }
    }

    private Optional<Route> route(SectionReader route) {
        Optional<Located<String>> name = route.text("name");
        name.filter(text -> !Names.isRoute(text.value()))
                .ifPresent(text -> route.problem("name", text, route.meaning("name"), Optional.empty()));
        Optional<Located<String>> template = route.text("get").filter(text -> template(route, text));
        AccessReader accessReader = new AccessReader(identities, problems);
        Optional<Located<String>> identity = accessReader.identity(route);
        Access access = accessReader.access(route, identity.map(Located::value));
        Map<String, KeySource> key = template.map(
                        text -> new KeyReader(identities, problems).read(route, text, identity.map(Located::value)))
                .orElse(Map.of());
        if (!(access instanceof Access.Claims) && RouteIdentity.isUsed(access, key)) {
            accessReader.requireIdentity(route, "key");
        }
        Optional<SectionReader> stale = route.section("stale", Grammar.STALE);
        Optional<String> host = host(route);
        QueryRule query = query(route);
        Ttl ttl = ttl(route);
        Duration whileRevalidate = window(stale, "while-revalidate");
        Duration ifError = window(stale, "if-error");
        Map<Integer, Optional<Duration>> statuses = new Statuses(ttls, problems).stored(route);
        List<Rules.Condition> storeIf = Expectations.conditions(route.entries("store-if"), problems);
        long maxBody = route.size("max-body").orElse(MAX_BODY);
        OptionalLong maxEntries = route.number("max-entries", 1, Long.MAX_VALUE);
        Set<String> overrides = overrides(route);
        List<Located<String>> tags = new TagReader(problems).read(route, key);
        Rules.VaryRule vary = new VaryReader(problems).read(route, RouteIdentity.isUsed(access, key));
        List<Rules.Forwarded> forward = new ForwardReader(identities, problems).read(route, key);
        RefreshReader refresh = new RefreshReader(ttls);
        Rules.Jitter jitter = refresh.jitter(route);
        double earlyRefresh = refresh.early(route);
        Rules.Compression compress = route.word("compress", Grammar.COMPRESSIONS)
                .map(word -> Rules.Compression.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(Rules.Compression.NONE);
        if (name.isEmpty() || template.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Route(
                name.get(),
                template.get(),
                host,
                identity,
                access,
                key,
                query,
                ttl,
                whileRevalidate,
                ifError,
                statuses,
                storeIf,
                maxBody,
                maxEntries,
                overrides,
                tags,
                vary,
                forward,
                jitter,
                earlyRefresh,
                compress));
    }

    private static boolean template(SectionReader route, Located<String> text) {
        boolean path = text.value().startsWith("/");
        if (!path || text.value().contains("?")) {
            String expected = path
                    ? "a path alone: query parameters go into key, e.g. { page: query.page }"
                    : "a route template that begins with /";
            Optional<String> suggestion =
                    path ? Optional.empty() : Optional.of("/" + text.value()).filter(with -> with.matches("/[^\\s:]*"));
            route.problem("get", text, expected, suggestion);
            return false;
        }
        return true;
    }

    private static Optional<String> host(SectionReader route) {
        Optional<Located<String>> host = route.text("host");
        if (host.isPresent()
                && !host.get().value().matches("[A-Za-z0-9.-]+(:\\d{1,5})?|\\[[0-9A-Fa-f:.]+](:\\d{1,5})?")) {
            route.problem("host", host.get(), "a host name without scheme, path or *", Optional.empty());
            return Optional.empty();
        }
        return host.map(text -> text.value().toLowerCase(Locale.ROOT));
    }

    private QueryRule query(SectionReader route) {
        Optional<SectionReader> section = route.section("query", Grammar.QUERY);
        if (section.isEmpty()) {
            return new QueryRule(OtherQuery.BYPASS, List.of());
        }
        SectionReader query = section.get();
        OtherQuery other = query.word("other", Grammar.OTHER_QUERY)
                .map(word -> OtherQuery.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(OtherQuery.BYPASS);
        List<String> ignore = new ArrayList<>();
        for (Located<String> name : query.texts("ignore")) {
            if (name.value().matches(".*\\*.+|\\*")) {
                query.problem(
                        "ignore",
                        name,
                        name.value().equals("*") ? "other: ignore, to ignore all" : "a name, with * only at its end",
                        Optional.empty());
            }
            ignore.add(name.value());
        }
        return new QueryRule(other, List.copyOf(ignore));
    }

    private Ttl ttl(SectionReader route) {
        Optional<Located<String>> text = route.text("ttl");
        if (text.isEmpty() || text.get().value().equals(Ttls.ORIGIN)) {
            return new Ttl.Origin();
        }
        return route.lifetime("ttl", ttls).<Ttl>map(Ttl.Fixed::new).orElse(new Ttl.Origin());
    }

    private Duration window(Optional<SectionReader> stale, String field) {
        return stale.flatMap(section -> section.lifetime(field, ttls)).orElse(Duration.ZERO);
    }

    private static Set<String> overrides(SectionReader route) {
        boolean respect = route.node("origin-cache-control")
                .filter(node ->
                        node instanceof YamlNode.Scalar scalar && scalar.text().equals("respect"))
                .isPresent();
        return respect
                ? Set.of()
                : Collections.unmodifiableSet(
                        new LinkedHashSet<>(route.words("origin-cache-control", Grammar.OVERRIDES)));
    }
}
