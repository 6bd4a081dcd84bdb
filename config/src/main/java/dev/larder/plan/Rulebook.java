package dev.larder.plan;

import dev.larder.http.FieldNames;
import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.key.BypassReason;
import dev.larder.purge.Planned;
import dev.larder.purge.PurgePlanner;
import dev.larder.rules.Located;
import dev.larder.rules.Position;
import dev.larder.rules.Problem;
import dev.larder.rules.Rules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A compiled rules file: immutable, shared between threads, asked for every request. Pure. */
public final class Rulebook {

    /**
     * Fields that backends trust and caches leave out of the key: on a cached route a request that carries one is not
     * cached, unless the key names it. Those of {@link dev.larder.http.SiteFields}, X-Forwarded-For and Forwarded are not
     * among them: these a proxy owns. From a visitor they are dropped or overwritten, from a trusted hop they say which
     * site is meant.
     */
    private static final FieldNames TRUSTED_FIELDS = FieldNames.withUnderscores(Set.of(
            "x-host",
            "x-original-url",
            "x-rewrite-url",
            "x-http-method-override",
            "x-method-override",
            "x-http-method",
            "x-forwarded-prefix",
            "x-forwarded-path"));

    /** What compiling came to: a rulebook, or all that is wrong. */
    public sealed interface Compiled {

        /** It can be used. */
        record Ok(Rulebook rulebook) implements Compiled {}

        /** It cannot. */
        record Refused(List<Problem> problems) implements Compiled {}
    }

    private final Rules rules;
    private final List<RouteRule> routes;
    private final RoutePaths paths;
    private final PurgePlanner planner;
    private final List<PurgeRule> purges;
    private final List<EndRule> ends;
    private final Set<String> writingMethods;
    private final String fingerprint;

    Rulebook(
            Rules rules,
            List<RouteRule> routes,
            RoutePaths paths,
            PurgePlanner planner,
            List<PurgeRule> purges,
            List<EndRule> ends,
            Set<String> writingMethods) {
        this.rules = rules;
        this.routes = List.copyOf(routes);
        this.paths = paths;
        this.planner = planner;
        this.purges = List.copyOf(purges);
        this.ends = List.copyOf(ends);
        this.writingMethods = Set.copyOf(writingMethods);
        this.fingerprint = Fingerprint.of(this.routes);
    }

    /** Compiles and cross-checks a file that was read without problems. */
    public static Compiled compile(Rules rules) {
        return new RulebookCompiler(rules).compile();
    }

    /**
     * Of all routes: two rulebooks that share it store the same responses under the same keys and purge groups.
     *
     * @return hexadecimal digits
     */
    public String fingerprint() {
        return fingerprint;
    }

    /**
     * What the rules say about a request. A request that some rule takes for a write is one, whatever its method;
     * otherwise an unsafe one is if its own path is cached.
     */
    public Plan plan(RequestHead request) {
        if (!request.isSafe() || writingMethods.contains(request.method())) {
            WritePlan write = WritePlan.of(request, paths, planner, purges, ends);
            if (write != null) {
                return new Plan.Write(write);
            }
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return bypass(BypassReason.METHOD, null, null);
        }
        Optional<String> doubt = request.target().pathDoubt();
        if (doubt.isPresent()) {
            return inDoubt(request, doubt.get());
        }
        Optional<RouteRule> route = paths.only(request.authority(), request.target());
        return route.isEmpty() ? bypass(BypassReason.NO_ROUTE, null, null) : read(request, route.get());
    }

    private Plan inDoubt(RequestHead request, String doubt) {
        Set<RouteRule> near = paths.of(request.authority(), request.target()).keySet();
        if (near.isEmpty()) {
            return bypass(BypassReason.NO_ROUTE, null, null);
        }
        // With too many readings to list every route is near, and none is nearer than another.
        RouteRule first =
                request.target().readings().isEmpty() ? null : near.iterator().next();
        return bypass(BypassReason.AMBIGUOUS_PATH, doubt, first);
    }

    private static Plan read(RequestHead request, RouteRule route) {
        Fields fields = request.fields();
        if (hasBody(fields)) {
            return bypass(BypassReason.REQUEST_BODY, null, route);
        }
        String trusted = unkeyedTrustedField(fields, route);
        if (trusted != null) {
            return bypass(BypassReason.UNKEYED_FIELD, trusted, route);
        }
        if (route.rule().access() instanceof Rules.Access.Public open
                && !open.said()
                && route.identity().isEmpty()
                && fields.contains("authorization")) {
            return bypass(BypassReason.CREDENTIAL, "authorization", route);
        }
        return isNeverStored(route.rule()) ? bypass(BypassReason.TTL_ZERO, null, route) : new Plan.Read(route);
    }

    private static boolean hasBody(Fields fields) {
        if (fields.contains("transfer-encoding")) {
            return true;
        }
        String length = fields.get("content-length");
        return length != null && !length.equals("0");
    }

    private static @Nullable String unkeyedTrustedField(Fields fields, RouteRule route) {
        for (int i = 0; i < fields.size(); i++) {
            String trusted = fields.named(i, TRUSTED_FIELDS);
            if (trusted != null && !route.keysField(trusted)) {
                return trusted;
            }
        }
        return null;
    }

    /** A lifetime of 0 for every status that is stored; one status may have a lifetime of its own. */
    private static boolean isNeverStored(Rules.Route rule) {
        if (!(rule.ttl() instanceof Rules.Ttl.Fixed fixed) || !fixed.lifetime().isZero()) {
            return false;
        }
        for (Map.Entry<Integer, Optional<Duration>> status : rule.storeStatus().entrySet()) {
            if (status.getValue().isPresent() && !status.getValue().get().isZero()) {
                return false;
            }
        }
        return true;
    }

    private static Plan bypass(BypassReason reason, @Nullable String detail, @Nullable RouteRule route) {
        return new Plan.Bypass(reason, Optional.ofNullable(detail), Optional.ofNullable(route));
    }

    /**
     * Where a response would be stored.
     *
     * @param route whose
     * @param cacheable under which key, in which groups
     */
    public record Place(RouteRule route, Plan.Derived.Cacheable cacheable) {}

    /** Where the answer to a sample request is stored; empty where it is not. */
    public Optional<Place> place(Sample sample) {
        return Verdict.of(this, sample) instanceof Verdict.Cached cached
                ? Optional.of(new Place(cached.route(), cached.cacheable()))
                : Optional.empty();
    }

    /**
     * Why the answer to a sample request is not stored: a reason's token, with what it is about behind a colon where that
     * is said; empty where it is stored.
     */
    public Optional<String> whyNot(Sample sample) {
        Verdict verdict = Verdict.of(this, sample);
        if (verdict instanceof Verdict.Passed passed) {
            return Optional.of(passed.reason().token()
                    + passed.detail().map(of -> ":" + of).orElse(""));
        }
        return verdict instanceof Verdict.Cached ? Optional.empty() : Optional.of("write");
    }

    /** A GET that has the key of this place, by a visitor who may; empty where the key does not say enough of it. */
    public Optional<Sample> sample(Place place) {
        return KeyRequest.sample(place.route(), place.cacheable().key());
    }

    /** What has a key of this text; empty where no route writes such a key. */
    public Optional<Place> place(String keyText) {
        for (RouteRule route : routes) {
            if (keyText.equals(route.name()) || keyText.startsWith(route.name() + ":")) {
                Optional<Plan.Derived.Cacheable> keyed = route.keyed(keyText);
                if (keyed.isPresent()) {
                    return Optional.of(new Place(route, keyed.get()));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The groups that a purge comes to which is not of the file.
     *
     * @param problems told where the aim can match nothing
     */
    public Planned aim(Rules.Aim aim, Consumer<Problem> problems) {
        return planner.aim(new Located<>(aim, Position.NOWHERE), problems);
    }

    /** The file it was compiled from. */
    public Rules rules() {
        return rules;
    }

    /** All routes in file order. */
    public List<RouteRule> routes() {
        return routes;
    }
}
