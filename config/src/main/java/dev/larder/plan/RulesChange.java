package dev.larder.plan;

import dev.larder.purge.PurgeGroup;
import dev.larder.rules.Durations;
import dev.larder.rules.Meaning;
import dev.larder.rules.Rules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one rulebook says otherwise than the one before it. Pure. Holds names and lifetimes, and no other value of the
 * file: some are secrets.
 *
 * @param added names of routes
 * @param removed names of routes
 * @param changed routes that both have, in the order of the later file
 * @param others what else was added, removed or changed, one sentence each
 */
public record RulesChange(List<String> added, List<String> removed, List<Changed> changed, List<String> others) {

    /** What differs is named as in the file, where that is not how its part of {@link Rules.Route} is called. */
    private static final Map<String, String> FIELDS = Map.ofEntries(
            Map.entry("template", "get"),
            Map.entry("staleWhileRevalidate", "stale.while-revalidate"),
            Map.entry("staleIfError", "stale.if-error"),
            Map.entry("storeStatus", "store-status"),
            Map.entry("storeIf", "store-if"),
            Map.entry("maxBodyBytes", "max-body"),
            Map.entry("maxEntries", "max-entries"),
            Map.entry("overrides", "origin-cache-control"),
            Map.entry("earlyRefresh", "early-refresh"));

    /**
     * A route that both rulebooks have.
     *
     * @param route its name
     * @param what differs, e.g. {@code ttl 5m to 1m}, {@code key}
     * @param keepsStored whether what is stored of it may still be used
     */
    public record Changed(String route, List<String> what, boolean keepsStored) {

        @Override
        public String toString() {
            return route + " (" + String.join(", ", what) + (keepsStored ? "" : "; what was stored is not used") + ")";
        }
    }

    /** What has come of {@code before} in {@code after}. */
    public static RulesChange between(Rulebook before, Rulebook after) {
        Map<String, RouteRule> old = byName(before);
        Map<String, RouteRule> now = byName(after);
        List<Changed> changed = new ArrayList<>();
        now.forEach((name, route) -> {
            RouteRule was = old.get(name);
            if (was != null) {
                List<String> what = differing(was, route);
                if (!what.isEmpty()) {
                    changed.add(new Changed(
                            name, List.copyOf(what), was.fingerprint().equals(route.fingerprint())));
                }
            }
        });
        return new RulesChange(
                now.keySet().stream().filter(name -> !old.containsKey(name)).toList(),
                old.keySet().stream().filter(name -> !now.containsKey(name)).toList(),
                List.copyOf(changed),
                others(before.rules(), after.rules()));
    }

    /**
     * The groups of all that {@code after} stores otherwise than {@code before} does, or does not store any more. A purge
     * that was planned by one of the two may know nothing of the other's groups within these routes.
     */
    public static Set<PurgeGroup> unusable(Rulebook before, Rulebook after) {
        Map<String, RouteRule> old = byName(before);
        Map<String, RouteRule> now = byName(after);
        Set<String> names = new LinkedHashSet<>(old.keySet());
        names.addAll(now.keySet());
        Set<PurgeGroup> groups = new LinkedHashSet<>();
        for (String name : names) {
            RouteRule was = old.get(name);
            RouteRule is = now.get(name);
            if (was == null || is == null || !was.fingerprint().equals(is.fingerprint())) {
                groups.add(PurgeGroup.ofRoute(name));
            }
        }
        return groups;
    }

    /** Whether both say the same of every request. */
    public boolean isNothing() {
        return added.isEmpty() && removed.isEmpty() && changed.isEmpty() && others.isEmpty();
    }

    /** For the log, in one line. */
    @Override
    public String toString() {
        if (isNothing()) {
            return "nothing that counts";
        }
        List<String> parts = new ArrayList<>();
        if (!added.isEmpty()) {
            parts.add("routes added: " + String.join(", ", added));
        }
        if (!removed.isEmpty()) {
            parts.add("routes removed: " + String.join(", ", removed));
        }
        if (!changed.isEmpty()) {
            parts.add("routes changed: "
                    + String.join(", ", changed.stream().map(Changed::toString).toList()));
        }
        parts.addAll(others);
        return String.join("; ", parts);
    }

    private static Map<String, RouteRule> byName(Rulebook rulebook) {
        Map<String, RouteRule> routes = new LinkedHashMap<>();
        rulebook.routes().forEach(route -> routes.put(route.name(), route));
        return routes;
    }

    private static List<String> differing(RouteRule was, RouteRule is) {
        List<String> what = new ArrayList<>();
        for (String part : Meaning.differing(was.rule(), is.rule())) {
            String field = FIELDS.getOrDefault(part, part);
            what.add(
                    switch (part) {
                        case "ttl" ->
                            field + " " + text(was.rule().ttl()) + " to "
                                    + text(is.rule().ttl());
                        case "staleWhileRevalidate" ->
                            field
                                    + between(
                                            was.rule().staleWhileRevalidate(),
                                            is.rule().staleWhileRevalidate());
                        case "staleIfError" ->
                            field + between(was.rule().staleIfError(), is.rule().staleIfError());
                        default -> field;
                    });
        }
        if (what.isEmpty() && !was.fingerprint().equals(is.fingerprint())) {
            what.add("its identity, or what purges reach of it");
        }
        return what;
    }

    private static String between(Duration was, Duration is) {
        return " " + Durations.print(was) + " to " + Durations.print(is);
    }

    private static String text(Rules.Ttl ttl) {
        return ttl instanceof Rules.Ttl.Fixed fixed ? Durations.print(fixed.lifetime()) : "origin";
    }

    private static List<String> others(Rules before, Rules after) {
        List<String> others = new ArrayList<>();
        compare("identity", new LinkedHashMap<>(before.identities()), new LinkedHashMap<>(after.identities()), others);
        compare("purge", purges(before), purges(after), others);
        if (sameNames(before, after) && !order(before).equals(order(after))) {
            others.add("the order of routes");
        }
        return List.copyOf(others);
    }

    private static boolean sameNames(Rules before, Rules after) {
        return Set.copyOf(order(before)).equals(Set.copyOf(order(after)));
    }

    private static List<String> order(Rules rules) {
        return rules.routes().stream().map(route -> route.name().value()).toList();
    }

    private static Map<String, Object> purges(Rules rules) {
        Map<String, Object> purges = new LinkedHashMap<>();
        rules.purges().forEach(purge -> purges.put(purge.name().value(), purge));
        return purges;
    }

    private static void compare(
            String kind, Map<String, Object> before, Map<String, Object> after, List<String> others) {
        after.forEach((name, is) -> {
            Optional<Object> was = Optional.ofNullable(before.get(name));
            if (was.isEmpty()) {
                others.add(kind + " " + name + " added");
            } else if (!Meaning.same(was.get(), is)) {
                others.add(kind + " " + name + " changed");
            }
        });
        before.keySet().stream()
                .filter(name -> !after.containsKey(name))
                .forEach(name -> others.add(kind + " " + name + " removed"));
    }
}
