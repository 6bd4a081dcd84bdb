package dev.larder.admin;

import dev.larder.exchange.Disposition;
import dev.larder.exchange.ExchangeListener;
import dev.larder.exchange.Outcome;
import dev.larder.key.CacheKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What has come of requests, by route, for the admin address. Bounded by the rules file: no key, path or visitor makes
 * another counter. Any thread.
 */
public final class Traffic implements ExchangeListener {

    /** What is counted where no route matched. */
    static final String NO_ROUTE = "-";

    /** Over many reloads names could add up; beyond this they are counted together. */
    private static final int MOST_ROUTES = 10_000;

    private static final int TOP_KEYS = 256;

    private final ConcurrentHashMap<String, RouteTraffic> routes = new ConcurrentHashMap<>();
    private final TopKeys keys = new TopKeys(TOP_KEYS);
    private final Seconds seconds = new Seconds();
    private final Lifetimes lifetimes = new Lifetimes();
    private final Instant since;

    /** Nothing has come yet. */
    public Traffic(Instant since) {
        this.since = since;
    }

    @Override
    public void ended(Outcome outcome) {
        String name = outcome.route().orElse(NO_ROUTE);
        RouteTraffic route = routes.get(name);
        if (route == null) {
            route = routes.computeIfAbsent(routes.size() < MOST_ROUTES ? name : NO_ROUTE, first -> new RouteTraffic());
        }
        route.ended(outcome);
        CacheKey key = outcome.key();
        if (key != null) {
            keys.asked(key.text(), outcome.duration().toNanos() / 1_000);
            if (!(outcome.disposition() instanceof Disposition.Hit)) {
                fetched(route, key.text(), outcome);
            }
        }
    }

    /** Whoever shares another one's fetch causes none. */
    private void fetched(RouteTraffic route, String key, Outcome outcome) {
        if (outcome.disposition() instanceof Disposition.Validated) {
            route.fetched(MissCause.EXPIRED, outcome);
        } else if (outcome.disposition() instanceof Disposition.Miss miss && !miss.collapsed()) {
            route.fetched(MissCause.of(miss, key, lifetimes), outcome);
            if (miss.stored()) {
                lifetimes.stored(key, miss.lifetime());
            }
        }
    }

    /** To be called once a second, by anybody. */
    public void tick(Instant now) {
        lifetimes.at(Duration.between(since, now).toSeconds());
        seconds.tick(now.getEpochSecond(), routes);
    }

    Instant since() {
        return since;
    }

    Map<String, RouteTraffic> routes() {
        return new TreeMap<>(routes);
    }

    TopKeys keys() {
        return keys;
    }

    Seconds seconds() {
        return seconds;
    }
}
