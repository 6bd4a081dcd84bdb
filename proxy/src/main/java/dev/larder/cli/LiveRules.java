package dev.larder.cli;

import dev.larder.exchange.RulesInForce;
import dev.larder.identity.IdentityResolver;
import dev.larder.plan.RouteRule;
import dev.larder.plan.Rulebook;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rules in force at this moment, for all who ask. Any thread; {@link RulesReload} alone changes them. */
final class LiveRules {

    private record Limits(Map<String, OptionalLong> byRoute) {

        static Limits of(Rulebook rulebook) {
            return new Limits(rulebook.routes().stream()
                    .collect(Collectors.toUnmodifiableMap(
                            RouteRule::name, route -> route.rule().maxEntries())));
        }
    }

    private volatile @Nullable RulesInForce inForce;

    /** What other sidecars are told: from just before the rules come into force. */
    private volatile String fingerprint;

    private volatile Limits limits;

    LiveRules(Rulebook first) {
        this.fingerprint = first.fingerprint();
        this.limits = Limits.of(first);
    }

    /** The rules of this moment; not before {@link #begin}. */
    RulesInForce inForce() {
        return Objects.requireNonNull(inForce);
    }

    /** The fingerprint for other sidecars. */
    String fingerprint() {
        return fingerprint;
    }

    /** The bound of a route of this name; empty where it has none. */
    OptionalLong maxEntries(String route) {
        return limits.byRoute().getOrDefault(route, OptionalLong.empty());
    }

    /** The identities of the first rules are there. */
    void begin(Rulebook first, IdentityResolver identities) {
        inForce = new RulesInForce(first, identities);
    }

    /** Other sidecars are about to be told of these. */
    void announce(Rulebook next) {
        fingerprint = next.fingerprint();
    }

    /** From now on requests go by these. */
    void swap(RulesInForce next) {
        limits = Limits.of(next.rulebook());
        inForce = next;
    }
}
