package dev.larder.admin;

import static dev.larder.admin.Json.member;

import dev.larder.admin.Parameters.BadRequest;
import dev.larder.exchange.RulesInForce;
import dev.larder.exchange.Sites;
import dev.larder.http.Fields;
import dev.larder.http.StoredHead;
import dev.larder.plan.Explanation;
import dev.larder.plan.Rulebook;
import dev.larder.plan.Sample;
import dev.larder.policy.Freshness;
import dev.larder.store.CacheStore;
import dev.larder.store.Lookup;
import dev.larder.store.StoreKey;
import dev.larder.store.StoredResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is stored, and what would come of a request, as JSON. Any thread. */
final class StoredView {

    private static final int PREVIEW_BYTES = 4 * 1024;

    /** What these fields hold is nobody's business but the visitor's. */
    private static final Set<String> SECRET_FIELDS =
            Set.of("set-cookie", "authorization", "proxy-authenticate", "authentication-info", "www-authenticate");

    private final Supplier<RulesInForce> rules;
    private final CacheStore store;
    private final Sites sites;
    private final InstantSource clock;
    private final String instance;

    /** @param instance what this sidecar is called, which alone can have stored what lies in its own memory */
    StoredView(Supplier<RulesInForce> rules, CacheStore store, Sites sites, InstantSource clock, String instance) {
        this.rules = rules;
        this.store = store;
        this.sites = sites;
        this.clock = clock;
        this.instance = instance;
    }

    // ---- keys --------------------------------------------------------------------------------------------------

    /** A page of what is stored, or null where the store cannot list it. */
    @Nullable
    CompletionStage<Map<String, @Nullable Object>> keys(Optional<String> glob, String cursor, int most) {
        CompletionStage<CacheStore.StoredPage> page = store.list(cursor, most);
        if (page == null) {
            return null;
        }
        Predicate<String> matches = glob.map(Globs::of).orElse(key -> true);
        return page.thenApply(listed -> {
            if (listed.expired()) {
                throw new BadRequest("the cursor is not known any more; begin anew without one");
            }
            Rulebook rulebook = rules.get().rulebook();
            Instant now = clock.instant();
            List<Object> keys = new ArrayList<>();
            for (CacheStore.StoredEntry entry : listed.entries()) {
                if (matches.test(entry.key())) {
                    keys.add(entry(entry, rulebook, now));
                }
            }
            return Json.object(
                    member("keys", keys),
                    member("looked", listed.entries().size()),
                    member("cursor", listed.cursor().isEmpty() ? null : listed.cursor()));
        });
    }

    private Map<String, @Nullable Object> entry(CacheStore.StoredEntry entry, Rulebook rulebook, Instant now) {
        Map<String, @Nullable Object> json = Json.object(
                member("key", entry.key()),
                member("site", entry.site()),
                member("route", entry.route()),
                member("bytes", entry.bytes()),
                member("keptUntil", entry.keptUntil()));
        CacheStore.Known known = entry.known();
        if (known != null) {
            boolean usable = rulebook.routes().stream()
                    .anyMatch(route -> route.name().equals(entry.route())
                            && route.fingerprint().equals(known.fingerprint()));
            json.put("purged", known.purged());
            json.put("otherRules", !usable);
            json.putAll(times(known.head(), now));
            json.put("storedBy", instance);
        } else if (entry.filled() != null) {
            CacheStore.Filled filled = entry.filled();
            Duration since = Duration.between(filled.at(), now);
            json.put("storedAt", filled.at());
            json.put("ageSeconds", Math.max(0, since.toSeconds()));
            json.put("ttlSeconds", filled.lifetime().minus(since).toSeconds());
            json.put("storedBy", filled.by());
        }
        return json;
    }

    private static Map<String, @Nullable Object> times(StoredHead head, Instant now) {
        Duration age = Freshness.currentAge(head, now);
        return Json.object(
                member("status", head.response().status()),
                member("storedAt", head.responseTime()),
                member("ageSeconds", age.toSeconds()),
                member("ttlSeconds", head.lifetime().minus(age).toSeconds()),
                member("variesBy", head.selecting()));
    }

    // ---- one response ------------------------------------------------------------------------------------------

    /** What is stored under a key; empty where no route writes such a key. */
    Optional<CompletionStage<Map<String, @Nullable Object>>> stored(
            String key, String site, Fields fields, boolean body, boolean trusted) {
        return rules.get()
                .rulebook()
                .place(key)
                .map(place -> look(place, new StoreKey(place.cacheable().key(), site, fields), body, trusted));
    }

    private CompletionStage<Map<String, @Nullable Object>> look(
            Rulebook.Place place, StoreKey under, boolean body, boolean trusted) {
        Lookup near = store.peek(under, place.cacheable().groups());
        CompletionStage<Lookup> found = near != null
                ? CompletableFuture.completedFuture(near)
                : store.lookup(under, place.cacheable().groups());
        return found.thenCompose(lookup -> {
            Map<String, @Nullable Object> json = Json.object(
                    member("key", under.key().text()),
                    member("site", under.site()),
                    member("route", place.route().name()));
            describe(json, lookup, place, body, trusted);
            return storedBy(under, lookup).thenApply(by -> {
                by.ifPresent(name -> json.put("storedBy", name));
                return json;
            });
        });
    }

    private CompletionStage<Optional<String>> storedBy(StoreKey under, Lookup lookup) {
        if (!(lookup instanceof Lookup.Found found)) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        CompletionStage<Optional<CacheStore.Filled>> filled = store.filled(under, found.response());
        return filled == null
                ? CompletableFuture.completedFuture(Optional.of(instance))
                : filled.thenApply(by -> by.map(CacheStore.Filled::by));
    }

    private void describe(
            Map<String, @Nullable Object> json, Lookup lookup, Rulebook.Place place, boolean body, boolean trusted) {
        if (lookup instanceof Lookup.Absent absent) {
            json.put("stored", "no");
            json.put("why", absent.why().name().toLowerCase(Locale.ROOT));
            return;
        }
        if (!(lookup instanceof Lookup.Found found)) {
            json.put("stored", "unknown");
            json.put("why", ((Lookup.Unavailable) lookup).detail());
            return;
        }
        StoredResponse response = found.response();
        Instant now = clock.instant();
        boolean sameRules = response.fingerprint().equals(place.route().fingerprint());
        boolean fresh = Freshness.currentAge(response.head(), now)
                        .compareTo(response.head().lifetime())
                < 0;
        json.put("stored", !sameRules ? "other-rules" : fresh ? "fresh" : "stale");
        json.putAll(times(response.head(), now));
        json.put("bytes", response.body().length);
        json.put("plainBytes", response.plainLength());
        boolean identified = place.route().identity().isPresent();
        boolean shown = trusted || !identified;
        json.put("redacted", !shown);
        json.put("fields", fields(response.head().response().fields(), shown));
        if (body) {
            json.put("body", shown ? preview(response) : null);
        }
    }

    private static Map<String, @Nullable Object> fields(Fields of, boolean shown) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < of.size(); i++) {
            String name = of.name(i).toLowerCase(Locale.ROOT);
            boolean plain = shown && !SECRET_FIELDS.contains(name);
            String value = plain ? of.value(i) : "(redacted)";
            fields.merge(name, value, (one, other) -> one + ", " + other);
        }
        return fields;
    }

    private static String preview(StoredResponse response) {
        try {
            byte[] plain = response.plainBody();
            return new String(plain, 0, Math.min(plain.length, PREVIEW_BYTES), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException unreadable) {
            return "(what is kept cannot be read)";
        }
    }

    // ---- a request ---------------------------------------------------------------------------------------------

    /**
     * A request that has this key, as {@code target}, and what {@link #explain} says of it.
     *
     * @param visitor whether it may be a visitor's, who is told as {@code as}
     */
    CompletionStage<Map<String, @Nullable Object>> explainKey(
            String key, boolean visitor, Function<String, Sample> sampleOf, boolean live) {
        Rulebook rulebook = rules.get().rulebook();
        Optional<Rulebook.Place> place = rulebook.place(key);
        Optional<Sample> found = place.flatMap(rulebook::sample)
                .filter(sample -> visitor || sample.claims().isEmpty());
        if (found.isEmpty()) {
            return CompletableFuture.completedFuture(Json.object(
                    member("fingerprint", rulebook.fingerprint()),
                    member("lines", List.of()),
                    member("cached", false),
                    member("reason", place.isEmpty() ? "no-such-key" : "more-than-path-and-query")));
        }
        String target = found.get().request().target().raw();
        Optional<Map<String, Object>> claims = found.get().claims();
        Sample asked = sampleOf.apply(target);
        return explain(claims.map(asked::by).orElse(asked), live).thenApply(json -> {
            json.put("target", target);
            claims.ifPresent(as -> json.put("as", as));
            return json;
        });
    }

    /** What the rules make of a request, and, where {@code live}, what is stored for it now. */
    CompletionStage<Map<String, @Nullable Object>> explain(Sample sample, boolean live) {
        Rulebook rulebook = rules.get().rulebook();
        Map<String, @Nullable Object> json = Json.object(
                member("fingerprint", rulebook.fingerprint()), member("lines", Explanation.of(rulebook, sample)));
        Optional<Rulebook.Place> place = rulebook.place(sample);
        json.put("cached", place.isPresent());
        rulebook.whyNot(sample).ifPresent(reason -> json.put("reason", reason));
        place.ifPresent(found -> {
            json.put("route", found.route().name());
            json.put("key", found.cacheable().key().text());
        });
        if (!live || place.isEmpty()) {
            return CompletableFuture.completedFuture(json);
        }
        StoreKey under = new StoreKey(
                place.get().cacheable().key(),
                sites.of(sample.request()),
                sample.request().fields());
        return look(place.get(), under, false, false).thenApply(now -> {
            json.put("live", now);
            return json;
        });
    }
}
