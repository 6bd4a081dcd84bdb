package dev.larder.rules;

import dev.larder.rules.Rules.Access;
import dev.larder.rules.Rules.KeySource;
import dev.larder.rules.Rules.Source;
import java.util.Map;

/** Whether who asks decides what a route answers. Pure. */
final class RouteIdentity {

    private RouteIdentity() {}

    /** Whether the identity is in key or access. */
    static boolean isUsed(Access access, Map<String, KeySource> key) {
        return access instanceof Access.Claims
                || key.values().stream().anyMatch(source -> source.from().value() instanceof Source.Claim);
    }
}
