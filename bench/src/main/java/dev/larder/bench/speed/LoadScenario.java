package dev.larder.bench.speed;

import dev.larder.bench.rivals.Rival;
import java.util.List;

/** Scenarios of one kind of request, as much as a proxy can take and at fixed rates. */
enum LoadScenario {
    ONE_KEY(
            "one-key",
            "Hits, one key",
            "The public route of the course rules, 1 KiB, one key: route, key with defaults, lookup, Age and Cache-Status.",
            Target.one("/api/public/lessons?page=1&limit=5&search=b1024-"),
            natives()),
    MANY_KEYS(
            "many-keys",
            "Hits, 10,000 keys",
            "The same route with 10,000 keys of 1 KiB, drawn by Zipf.",
            Target.zipf("/api/public/lessons?page=1&limit=5&search=b1024-", 10_000),
            natives()),
    TEN_KIB(
            "10k",
            "Hits, 10 KiB",
            "One key whose body has 10 KiB.",
            Target.one("/api/public/lessons?page=1&limit=5&search=b10240-"),
            natives()),
    HUNDRED_KIB(
            "100k",
            "Hits, 100 KiB",
            "One key whose body has 100 KiB.",
            Target.one("/api/public/lessons?page=1&limit=5&search=b102400-"),
            natives()),
    ONE_MIB(
            "1m",
            "Hits, 1 MiB",
            "One key whose body has 1 MiB, the longest that the rules store.",
            Target.one("/api/public/lessons?page=1&limit=5&search=b1048576-"),
            natives()),
    IDENTITY(
            "identity",
            "Hits that belong to a visitor",
            "200 visitors, each with a stored response of their own. larder knows from their cookie who they are and which role they have, "
                    + "asks the backend again every 10 s, and keys by user; nginx and Varnish key by the cookie and ask nobody.",
            Target.one("/api/user/courses?page=1&limit=5&search=b1024-"),
            List.of(Rival.LARDER, Rival.NGINX, Rival.VARNISH)),
    REDIS_ONE(
            "redis-one-key",
            "Hits in Redis, one key",
            "The same public route with nothing kept in the process: each hit is read from Redis.",
            Target.one("/api/public/lessons?page=1&limit=5&search=b1024-"),
            List.of(Rival.LARDER_REDIS, Rival.NGINX_LUA)),
    REDIS_MANY(
            "redis-many-keys",
            "Hits in Redis, 10,000 keys",
            "The same with 10,000 keys drawn by Zipf.",
            Target.zipf("/api/public/lessons?page=1&limit=5&search=b1024-", 10_000),
            List.of(Rival.LARDER_REDIS, Rival.NGINX_LUA)),
    PASS_THROUGH(
            "pass-through",
            "Pass-through",
            "A path that no rule speaks of, 1 KiB: each request goes to the backend.",
            Target.one("/pages/b1024/"),
            List.of(Rival.LARDER, Rival.NGINX, Rival.HAPROXY, Rival.VARNISH, Rival.ALONE)),
    MISS(
            "miss",
            "Misses",
            "A key that nobody asked for before in every request: each goes to the backend, and its answer is stored.",
            Target.fresh("/api/public/lessons?page=1&limit=5&search=b1024-"),
            List.of(Rival.LARDER, Rival.NGINX, Rival.HAPROXY, Rival.VARNISH, Rival.ALONE)),
    NOT_STORABLE(
            "not-storable",
            "A URL that turns out not to be storable",
            "The public route, but the backend answers \"private, no-store\" each time. What a cache waits for in vain, here: 64 connections on one key.",
            Target.one("/api/public/lessons?page=1&limit=5&search=b1024-private-"),
            List.of(Rival.LARDER, Rival.NGINX, Rival.HAPROXY, Rival.VARNISH, Rival.ALONE));

    private final String id;
    private final String title;
    private final String what;
    private final Target target;
    private final List<Rival> rivals;

    LoadScenario(String id, String title, String what, Target target, List<Rival> rivals) {
        this.id = id;
        this.title = title;
        this.what = what;
        this.target = target;
        this.rivals = rivals;
    }

    private static List<Rival> natives() {
        return List.of(Rival.LARDER, Rival.NGINX, Rival.HAPROXY, Rival.VARNISH);
    }

    String id() {
        return id;
    }

    String title() {
        return title;
    }

    String what() {
        return what;
    }

    Target target() {
        return target;
    }

    /** How many requests a warm-up takes at least: fewer where each moves a long body. */
    int warmRequests() {
        return switch (this) {
            case HUNDRED_KIB -> WarmUp.MANY / 5;
            case ONE_MIB -> WarmUp.MANY / 50;
            default -> WarmUp.MANY;
        };
    }

    /** Who can do it at all. */
    List<Rival> rivals() {
        return rivals;
    }
}
