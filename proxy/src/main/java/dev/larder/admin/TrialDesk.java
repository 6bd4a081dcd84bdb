package dev.larder.admin;

import static dev.larder.admin.Json.member;

import dev.larder.admin.Parameters.BadRequest;
import dev.larder.exchange.Trial;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far the cache is trusted: what operators are told of it, and what they order. Any thread. */
public final class TrialDesk {

    private static final Logger AUDIT = LoggerFactory.getLogger("larder.audit");

    private final Trial trial;

    TrialDesk(Trial trial) {
        this.trial = trial;
    }

    /** The switch as JSON. */
    public static Map<String, @Nullable Object> json(Trial.Switch bypass) {
        return Json.object(member("on", bypass.on()), member("since", bypass.since()), member("by", bypass.by()));
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
}
