package dev.larder.admin;

import static dev.larder.admin.Json.member;

import dev.larder.admin.Parameters.BadRequest;
import dev.larder.exchange.Purger;
import dev.larder.exchange.RulesInForce;
import dev.larder.exchange.Sites;
import dev.larder.exchange.Trial;
import dev.larder.http.Fields;
import dev.larder.plan.RouteRule;
import dev.larder.plan.Rulebook;
import dev.larder.plan.Sample;
import dev.larder.rules.Durations;
import dev.larder.rules.Rules;
import dev.larder.server.AdminAnswer;
import dev.larder.server.AdminRequest;
import dev.larder.store.CacheStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that the admin address answers, in one table; {@code openapi.json} beside it says the same for people and programs, and a
 * test compares the two. Called on event loops; what takes longer than a glance is done on the executor.
 */
public final class AdminApi implements Function<AdminRequest, CompletionStage<AdminAnswer>> {

    private static final int MOST_KEYS = 1_000;

    /**
     * What is asked.
     *
     * @param metrics Prometheus text
     * @param status how the process is
     * @param ready whether visitors should be sent here
     * @param reload of the rules file, for the cause given; what came of it
     * @param lastReload what came of the last one, null where there was none
     * @param instance what this sidecar is called
     */
    public record Sources(
            Supplier<String> metrics,
            Supplier<Map<String, @Nullable Object>> status,
            BooleanSupplier ready,
            Supplier<RulesInForce> rules,
            Function<String, CompletionStage<Map<String, @Nullable Object>>> reload,
            Supplier<@Nullable Object> lastReload,
            CacheStore store,
            Purger purger,
            Sites sites,
            Traffic traffic,
            PurgeEvents purges,
            Trial trial,
            Observed observed,
            InstantSource clock,
            Executor executor,
            String instance) {}

    @FunctionalInterface
    private interface Answering {
        CompletionStage<AdminAnswer> answer(AdminRequest request);
    }

    /** Who may ask without more: those that monitoring and schedulers ask hold nothing of visitors. */
    private enum Open {
        TO_ALL,
        TO_TRUSTED
    }

    private record Endpoint(String method, String path, Open open, Answering answering) {}

    private final Sources sources;
    private final Guard guard;
    private final StatsView stats;
    private final LiveView live;
    private final StoredView stored;
    private final PurgeDesk desk;
    private final TrialDesk trials;
    private final List<Endpoint> endpoints = new ArrayList<>();

    /**
     * The API.
     *
     * @param local whether the address is a loopback address
     * @param token whoever shows it may do all
     * @param origins by which people reach the address through a proxy
     */
    public AdminApi(Sources sources, boolean local, Optional<String> token, List<String> origins) {
        this.sources = sources;
        this.guard = new Guard(local, token, origins);
        this.stats = new StatsView(sources.store(), sources.traffic(), sources.trial(), sources.clock());
        this.live =
                new LiveView(sources.rules(), sources.status(), sources.traffic(), sources.purges(), sources.clock());
        this.stored =
                new StoredView(sources.rules(), sources.store(), sources.sites(), sources.clock(), sources.instance());
        this.desk = new PurgeDesk(sources.rules(), sources.store(), sources.purger());
        this.trials = new TrialDesk(sources.trial(), sources.observed(), sources.rules());
        add("GET", "/health", Open.TO_ALL, request -> now(AdminAnswer.text(200, "ok")));
        add("GET", "/ready", Open.TO_ALL, request -> now(ready()));
        add("GET", "/metrics", Open.TO_ALL, request -> now(metrics()));
        add(
                "GET",
                "/status",
                Open.TO_TRUSTED,
                request -> now(ok(sources.status().get())));
        add("GET", "/api/openapi.json", Open.TO_TRUSTED, request -> now(AdminAnswer.json(200, openApi())));
        add("GET", "/api/stats", Open.TO_TRUSTED, request -> stats.stats().thenApply(AdminApi::ok));
        add("GET", "/api/seconds", Open.TO_TRUSTED, this::seconds);
        add("GET", "/api/live", Open.TO_TRUSTED, this::live);
        add("GET", "/api/top", Open.TO_TRUSTED, this::top);
        add("GET", "/api/keys", Open.TO_TRUSTED, this::keys);
        add("GET", "/api/stored", Open.TO_TRUSTED, this::stored);
        add("GET", "/api/purges", Open.TO_TRUSTED, this::purges);
        add("GET", "/api/rules", Open.TO_TRUSTED, request -> now(ok(rules())));
        add("POST", "/api/clear", Open.TO_TRUSTED, this::clear);
        add("POST", "/api/purge", Open.TO_TRUSTED, this::purge);
        add("POST", "/api/explain", Open.TO_TRUSTED, this::explain);
        add("POST", "/api/reload", Open.TO_TRUSTED, this::reload);
        add("POST", "/api/bypass", Open.TO_TRUSTED, this::bypass);
        add("GET", "/api/observed", Open.TO_TRUSTED, request -> now(ok(trials.observed())));
        add("POST", "/api/lift", Open.TO_TRUSTED, this::lift);
    }

    private void add(String method, String path, Open open, Answering answering) {
        endpoints.add(new Endpoint(method, path, open, answering));
    }

    /** All that is answered, as {@code METHOD PATH}. */
    public List<String> served() {
        return endpoints.stream().map(one -> one.method() + " " + one.path()).toList();
    }

    @Override
    public CompletionStage<AdminAnswer> apply(AdminRequest request) {
        List<Endpoint> here = endpoints.stream()
                .filter(one -> one.path().equals(request.path()))
                .toList();
        Optional<AdminAnswer> page = PageFiles.answer(request);
        if (page.isPresent()) {
            return now(page.get());
        }
        Optional<Endpoint> endpoint = here.stream()
                .filter(one -> one.method().equals(request.method()))
                .findFirst();
        if (endpoint.isEmpty() || endpoint.get().open() == Open.TO_TRUSTED) {
            Optional<Guard.Refusal> refusal = guard.refusal(
                    request, endpoint.map(one -> one.method().equals("POST")).orElse(false));
            if (refusal.isPresent()) {
                return now(problem(refusal.get().status(), refusal.get().why()));
            }
        }
        if (endpoint.isEmpty()) {
            return now(here.isEmpty() ? unknown() : wrongMethod(here));
        }
        Answering answering = endpoint.get().answering();
        if (endpoint.get().open() == Open.TO_ALL) {
            return answering.answer(request);
        }
        return CompletableFuture.supplyAsync(() -> answering.answer(request), sources.executor())
                .thenCompose(answer -> answer)
                .exceptionally(AdminApi::failed);
    }

    private static AdminAnswer failed(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof BadRequest bad) {
            return problem(400, String.valueOf(bad.getMessage()));
        }
        throw cause instanceof RuntimeException bug ? bug : new IllegalStateException(cause);
    }

    // ---- reads -------------------------------------------------------------------------------------------------

    private AdminAnswer ready() {
        return sources.ready().getAsBoolean() ? AdminAnswer.text(200, "ready") : AdminAnswer.text(503, "draining");
    }

    private AdminAnswer metrics() {
        return new AdminAnswer(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                sources.metrics().get());
    }

    private CompletionStage<AdminAnswer> seconds(AdminRequest request) {
        return now(ok(stats.seconds(new Parameters(request.query()).number("since", 0, Long.MAX_VALUE))));
    }

    private CompletionStage<AdminAnswer> live(AdminRequest request) {
        Parameters asked = new Parameters(request.query());
        return now(ok(live.live(asked.number("since", 0, Long.MAX_VALUE), asked.number("purged", 0, Long.MAX_VALUE))));
    }

    private CompletionStage<AdminAnswer> top(AdminRequest request) {
        return now(ok(stats.top((int) new Parameters(request.query()).number("limit", 20, 256))));
    }

    private CompletionStage<AdminAnswer> keys(AdminRequest request) {
        Parameters asked = new Parameters(request.query());
        CompletionStage<Map<String, @Nullable Object>> page =
                stored.keys(asked.get("match"), asked.get("cursor").orElse(""), (int)
                        Math.max(1, asked.number("limit", 100, MOST_KEYS)));
        return page == null
                ? now(problem(501, "this store does not list what it holds; /api/top and /api/stored work"))
                : page.thenApply(AdminApi::ok);
    }

    private CompletionStage<AdminAnswer> stored(AdminRequest request) {
        Parameters asked = new Parameters(request.query());
        String key = asked.get("key").orElseThrow(() -> new BadRequest("expected the parameter key"));
        String site = asked.get("site").orElseThrow(() -> new BadRequest("expected site, e.g. http://localhost:8080"));
        return stored.stored(key, site, Fields.EMPTY, asked.flag("body"), guard.isTrusted(request))
                .map(found -> found.thenApply(AdminApi::ok))
                .orElseGet(() -> now(problem(404, "no route writes such a key")));
    }

    private CompletionStage<AdminAnswer> purges(AdminRequest request) {
        long since = new Parameters(request.query()).number("since", 0, Long.MAX_VALUE);
        List<Map<String, @Nullable Object>> events =
                sources.purges().since(since).stream().map(LiveView::purge).toList();
        return now(ok(Json.object(member("purges", events))));
    }

    private Map<String, @Nullable Object> rules() {
        Rulebook rulebook = sources.rules().get().rulebook();
        List<Object> routes = new ArrayList<>();
        for (RouteRule route : rulebook.routes()) {
            Rules.Route rule = route.rule();
            routes.add(Json.object(
                    member("name", route.name()),
                    member("get", rule.template().value()),
                    member("host", rule.host()),
                    member("identity", route.identity()),
                    member(
                            "ttl",
                            rule.ttl() instanceof Rules.Ttl.Fixed fixed ? Durations.print(fixed.lifetime()) : "origin"),
                    member("fingerprint", route.fingerprint())));
        }
        return Json.object(
                member("file", rulebook.rules().file()),
                member("fingerprint", rulebook.fingerprint()),
                member("routes", routes),
                member(
                        "purges",
                        rulebook.rules().purges().stream()
                                .map(purge -> purge.name().value())
                                .toList()),
                member("lastReload", sources.lastReload().get()));
    }

    // ---- what changes something ----------------------------------------------------------------------------------

    private CompletionStage<AdminAnswer> clear(AdminRequest request) {
        return desk.clear(by(request, body(request))).thenApply(AdminApi::ok);
    }

    private CompletionStage<AdminAnswer> purge(AdminRequest request) {
        Map<String, Object> order = body(request);
        return desk.purge(order, by(request, order)).thenApply(AdminApi::ok);
    }

    private CompletionStage<AdminAnswer> reload(AdminRequest request) {
        return sources.reload().apply("api: " + by(request, body(request))).thenApply(AdminApi::ok);
    }

    private CompletionStage<AdminAnswer> bypass(AdminRequest request) {
        Map<String, Object> order = body(request);
        return now(ok(trials.bypass(order, by(request, order))));
    }

    private CompletionStage<AdminAnswer> lift(AdminRequest request) {
        Map<String, Object> order = body(request);
        String route = text(order, "route").orElseThrow(() -> new BadRequest("expected the name of a route"));
        return now(ok(trials.lift(route, by(request, order))));
    }

    /** Who asks: where from, whether with the token, and what they call themselves. */
    private String by(AdminRequest request, Map<String, Object> body) {
        String name = body.get("by") instanceof String text ? " " + text.replaceAll("[^A-Za-z0-9@._-]", "?") : "";
        return request.from()
                + (guard.isTrusted(request) ? " with the token" : "")
                + name.substring(0, Math.min(name.length(), 80));
    }

    private CompletionStage<AdminAnswer> explain(AdminRequest request) {
        Map<String, Object> asked = body(request);
        boolean live = Boolean.TRUE.equals(asked.get("live"));
        Optional<String> key = text(asked, "key");
        if (key.isPresent()) {
            boolean visitor = Boolean.TRUE.equals(asked.get("visitor"));
            return stored.explainKey(key.get(), visitor, target -> sample(asked, target), live)
                    .thenApply(AdminApi::ok);
        }
        String target = text(asked, "target").orElseThrow(() -> new BadRequest("expected a target such as /courses"));
        if (!target.startsWith("/")) {
            throw new BadRequest("the target is \"" + target + "\"; expected a path such as /courses?page=2");
        }
        return stored.explain(sample(asked, target), live).thenApply(AdminApi::ok);
    }

    private static Sample sample(Map<String, Object> asked, String target) {
        Fields.Builder fields = Fields.builder();
        text(asked, "host").ifPresent(host -> fields.add("Host", host));
        object(asked, "fields").forEach((name, value) -> fields.add(name, String.valueOf(value)));
        Sample sample = Sample.of(text(asked, "method").orElse("GET"), target, fields.build());
        Optional<String> body = text(asked, "body");
        if (body.isPresent()) {
            sample = sample.withBody(body.get());
        }
        if (asked.containsKey("as")) {
            sample = sample.by(object(asked, "as"));
        }
        String status = text(asked, "status").orElse("200");
        if (!status.matches("[1-5][0-9]{2}")) {
            throw new BadRequest("the status is \"" + status + "\"; expected three digits");
        }
        return sample.answered(Integer.parseInt(status), Fields.EMPTY, text(asked, "answer"));
    }

    private static Map<String, Object> body(AdminRequest request) {
        return request.body().length == 0
                ? Map.of()
                : Json.parse(request.body()).orElseThrow(() -> new BadRequest("the body is no object in JSON"));
    }

    private static Optional<String> text(Map<String, Object> object, String name) {
        Object value = object.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        throw new BadRequest(name + " is no text");
    }

    private static Map<String, Object> object(Map<String, Object> object, String name) {
        Map<String, Object> members = new LinkedHashMap<>();
        if (object.get(name) instanceof Map<?, ?> map) {
            map.forEach((member, value) -> members.put(String.valueOf(member), value));
        } else if (object.containsKey(name)) {
            throw new BadRequest(name + " is no object");
        }
        return members;
    }

    // ---- answers -----------------------------------------------------------------------------------------------

    private static CompletionStage<AdminAnswer> now(AdminAnswer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private static AdminAnswer ok(Map<String, @Nullable Object> json) {
        return AdminAnswer.json(200, Json.text(json));
    }

    private static AdminAnswer problem(int status, String why) {
        AdminAnswer answer = AdminAnswer.json(status, Json.text(Json.object(member("error", why))));
        return status == 401
                ? new AdminAnswer(status, answer.type(), answer.body(), Fields.of("WWW-Authenticate", "Bearer"))
                : answer;
    }

    private AdminAnswer unknown() {
        return problem(
                404,
                "known here: "
                        + String.join(
                                ", ", endpoints.stream().map(Endpoint::path).toList()));
    }

    private static AdminAnswer wrongMethod(List<Endpoint> here) {
        String allowed = String.join(", ", here.stream().map(Endpoint::method).toList());
        AdminAnswer answer = problem(405, "only " + allowed + " is answered here");
        return new AdminAnswer(405, answer.type(), answer.body(), Fields.of("Allow", allowed));
    }

    private static String openApi() {
        try (InputStream file = AdminApi.class.getResourceAsStream("/openapi.json")) {
            if (file == null) {
                throw new IllegalStateException("openapi.json is not there");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
