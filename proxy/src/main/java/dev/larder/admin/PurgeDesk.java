package dev.larder.admin;

import static dev.larder.admin.Json.member;

import dev.larder.admin.Parameters.BadRequest;
import dev.larder.exchange.Purger;
import dev.larder.exchange.RulesInForce;
import dev.larder.plan.RouteRule;
import dev.larder.plan.Rulebook;
import dev.larder.purge.Planned;
import dev.larder.purge.PurgeGroup;
import dev.larder.rules.Problem;
import dev.larder.rules.Rules;
import dev.larder.store.CacheStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Purges that people and programs order. They go the way of those that writes cause: by groups, the narrowest that hold all
 * that is meant, to the store, the other sidecars and all that this process holds. Any thread.
 */
final class PurgeDesk {

    private static final Logger AUDIT = LoggerFactory.getLogger("larder.audit");

    /** A preview looks at this many stored responses. */
    private static final int LOOKED = 5_000;

    private static final int SAMPLES = 20;

    private final Supplier<RulesInForce> rules;
    private final CacheStore store;
    private final Purger purger;

    PurgeDesk(Supplier<RulesInForce> rules, CacheStore store, Purger purger) {
        this.rules = rules;
        this.store = store;
        this.purger = purger;
    }

    /** What is meant, in words for the log, and its groups. */
    private record Order(String text, Planned planned, Predicate<String> meant) {}

    /**
     * Purges, or says what it would purge.
     *
     * @param order exactly one of key, glob, tag and route, the last with a {@code where} if wished
     * @param by who orders it
     */
    CompletionStage<Map<String, @Nullable Object>> purge(Map<String, Object> order, String by) {
        Order read = read(order);
        if (Boolean.TRUE.equals(order.get("preview"))) {
            return preview(read);
        }
        return carry(read, by);
    }

    /** Purges everything that any route has stored. */
    CompletionStage<Map<String, @Nullable Object>> clear(String by) {
        List<PurgeGroup> all = rules.get().rulebook().routes().stream()
                .map(RouteRule::name)
                .map(PurgeGroup::ofRoute)
                .toList();
        return carry(new Order("everything", new Planned(all, List.of()), key -> true), by);
    }

    private Order read(Map<String, Object> order) {
        List<String> named = order.keySet().stream()
                .filter(Set.of("key", "glob", "tag", "route")::contains)
                .toList();
        if (named.size() != 1) {
            throw new BadRequest("expected exactly one of key, glob, tag and route");
        }
        String kind = named.get(0);
        if (!(order.get(kind) instanceof String text)) {
            throw new BadRequest(kind + " is no text");
        }
        Map<String, String> where = new LinkedHashMap<>();
        if (order.get("where") instanceof Map<?, ?> parameters) {
            parameters.forEach((name, value) -> where.put(String.valueOf(name), String.valueOf(value)));
        } else if (order.containsKey("where")) {
            throw new BadRequest("where is no object");
        }
        if (text.indexOf('{') >= 0 || where.values().stream().anyMatch(value -> value.indexOf('{') >= 0)) {
            throw new BadRequest("there are no variables here: no request is purging");
        }
        if (kind.equals("key") && text.indexOf('*') >= 0) {
            throw new BadRequest("a key holds no asterisk; expected glob instead of key");
        }
        Rules.Aim aim = switch (kind) {
            case "tag" -> new Rules.Aim.OfTag(text, false);
            case "route" -> new Rules.Aim.OfRoute(text, where, false);
            default -> new Rules.Aim.Glob(text, false);
        };
        List<Problem> problems = new ArrayList<>();
        Planned planned = rules.get().rulebook().aim(aim, problems::add);
        if (planned.groups().isEmpty()) {
            throw new BadRequest(
                    problems.isEmpty()
                            ? "this matches nothing that any route stores"
                            : problems.get(0).wrong() + "; expected "
                                    + problems.get(0).expected());
        }
        return new Order(
                kind + " " + text + (where.isEmpty() ? "" : " where " + where),
                planned,
                kind.equals("key") || kind.equals("glob") ? Globs.of(text) : key -> true);
    }

    private CompletionStage<Map<String, @Nullable Object>> carry(Order order, String by) {
        List<PurgeGroup> groups = order.planned().groups();
        return purger.purge("api: " + by, groups).thenApply(applied -> {
            AUDIT.info("{} purged {}: {} groups{}", by, order.text(), groups.size(), applied ? "" : ", owed");
            return Json.object(
                    member("purged", true),
                    member("applied", applied),
                    member("groups", names(groups)),
                    member("widened", order.planned().widened()));
        });
    }

    private static List<String> names(List<PurgeGroup> groups) {
        return groups.stream().map(PurgeGroup::name).toList();
    }

    private CompletionStage<Map<String, @Nullable Object>> preview(Order order) {
        Map<String, @Nullable Object> json = Json.object(
                member("purged", false),
                member("groups", names(order.planned().groups())),
                member("widened", order.planned().widened()));
        CompletionStage<CacheStore.StoredPage> listed = store.list("", LOOKED);
        if (listed == null) {
            json.put("hits", null);
            return CompletableFuture.completedFuture(json);
        }
        return listed.thenApply(page -> {
            json.put("hits", hits(order, page));
            return json;
        });
    }

    private Map<String, @Nullable Object> hits(Order order, CacheStore.StoredPage page) {
        Rulebook rulebook = rules.get().rulebook();
        Set<String> groups =
                order.planned().groups().stream().map(PurgeGroup::name).collect(Collectors.toSet());
        int hit = 0;
        int beyond = 0;
        List<String> samples = new ArrayList<>();
        for (CacheStore.StoredEntry entry : page.entries()) {
            CacheStore.Known known = entry.known();
            boolean within = (known == null || !known.purged())
                    && rulebook.place(entry.key())
                            .map(place -> place.cacheable().groups().stream()
                                    .anyMatch(group -> groups.contains(group.name())))
                            .orElse(false);
            if (within) {
                hit++;
                beyond += order.meant().test(entry.key()) ? 0 : 1;
                if (samples.size() < SAMPLES) {
                    samples.add(entry.key());
                }
            }
        }
        return Json.object(
                member("looked", page.entries().size()),
                member("complete", page.cursor().isEmpty()),
                member("count", hit),
                member("beyondWhatWasMeant", beyond),
                member("sampleKeys", samples));
    }
}
