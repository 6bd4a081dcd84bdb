package dev.larder.admin;

import static dev.larder.admin.Json.member;

import dev.larder.admin.Parameters.BadRequest;
import dev.larder.exchange.RulesInForce;
import dev.larder.exchange.Trial;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far the cache is trusted: what operators are told of it, and what they order. Any thread. */
public final class TrialDesk {

    private static final Logger AUDIT = LoggerFactory.getLogger("larder.audit");

    private final Trial trial;
    private final Observed observed;
    private final Supplier<RulesInForce> rules;

    TrialDesk(Trial trial, Observed observed, Supplier<RulesInForce> rules) {
        this.trial = trial;
        this.observed = observed;
        this.rules = rules;
    }

    /** The switch as JSON. */
    public static Map<String, @Nullable Object> json(Trial.Switch bypass) {
        return Json.object(member("on", bypass.on()), member("since", bypass.since()), member("by", bypass.by()));
    }

    /** Whether the cache is only watched, how often its hits are checked, and which routes it is not trusted with. */
    public static Map<String, @Nullable Object> json(Trial trial, RulesInForce rules) {
        return Json.object(
                member("observing", trial.isObserving()),
                member("truthSampling", trial.truthSampling()),
                member(
                        "quarantined",
                        trial.quarantined(rules.rulebook().routes()).stream()
                                .map(one -> Json.object(
                                        member("route", one.route()),
                                        member("since", one.since()),
                                        member("key", one.key())))
                                .toList()));
    }

    /** Switches the cache off, or on again. */
    Map<String, @Nullable Object> bypass(Map<String, Object> order, String by) {
        if (!(order.get("on") instanceof Boolean on)) {
            throw new BadRequest("expected on: true, which switches the cache off, or on: false");
        }
        Trial.Switch bypass = trial.bypass(on, by);
        if (on) {
            AUDIT.warn("{} switched the cache off: nothing is served from it or stored, writes purge", by);
        } else {
            AUDIT.warn("{} switched the cache on", by);
        }
        return json(bypass);
    }

    /** What has been compared, and which routes are not trusted any more. */
    Map<String, @Nullable Object> observed() {
        Map<String, @Nullable Object> json = json(trial, rules.get());
        json.put("bypass", json(trial.bypass()));
        json.put("routes", observed.routes());
        json.put("differences", observed.differences());
        return json;
    }

    /** Ends the quarantine of a route. */
    Map<String, @Nullable Object> lift(String route, String by) {
        boolean lifted = trial.lift(route);
        if (lifted) {
            AUDIT.warn("{} lifted the quarantine of route {}", by, route);
        }
        return Json.object(member("route", route), member("lifted", lifted));
    }
}
