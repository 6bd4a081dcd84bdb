package dev.larder.rules;

import dev.larder.rules.Rules.CredentialSource;
import dev.larder.rules.Rules.IdentityRule;
import dev.larder.rules.Rules.Proof;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The identities of a file, for whoever refers to one. One whose definition is broken is known by name, and offers any
 * claim: what is wrong with it is said once, where it stands.
 */
final class Identities {

    private final Map<String, Optional<IdentityRule>> byName = new LinkedHashMap<>();

    void add(String name, Optional<IdentityRule> rule) {
        byName.put(name, rule);
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    boolean has(String name) {
        return byName.containsKey(name);
    }

    Set<String> names() {
        return Collections.unmodifiableSet(byName.keySet());
    }

    /** The name of the only one. */
    Optional<String> only() {
        return byName.size() == 1 ? Optional.of(byName.keySet().iterator().next()) : Optional.empty();
    }

    /** Claims that an identity offers; empty where that cannot be said. */
    Optional<Set<String>> claims(String name) {
        return byName.getOrDefault(name, Optional.empty()).map(rule -> {
            if (rule.proof() instanceof Proof.Jwt jwt) {
                return jwt.claims().keySet();
            }
            return rule.proof() instanceof Proof.Resolve resolve
                    ? resolve.claims().keySet()
                    : Set.of("id");
        });
    }

    /** Claims that any of these offers; empty where that cannot be said. */
    Optional<Set<String>> claims(Collection<String> names) {
        Set<String> all = new LinkedHashSet<>();
        for (String name : names) {
            Optional<Set<String>> claims = claims(name);
            if (claims.isEmpty()) {
                return Optional.empty();
            }
            all.addAll(claims.get());
        }
        return Optional.of(all);
    }

    /** Whether a cookie carries a credential, or begins with the name of one that does. */
    boolean isCredentialCookie(String cookie) {
        return sources().stream()
                .anyMatch(source -> source instanceof CredentialSource.Cookies cookies
                        && cookies.names().stream().anyMatch(cookie::startsWith));
    }

    /** Whether a field carries a credential. */
    boolean isCredentialField(String field) {
        return sources().stream()
                .anyMatch(source -> source instanceof CredentialSource.Header header
                        && header.name().equalsIgnoreCase(field));
    }

    private List<CredentialSource> sources() {
        return byName.values().stream()
                .flatMap(Optional::stream)
                .map(IdentityRule::credential)
                .toList();
    }

    /** Those that were read. */
    Map<String, IdentityRule> rules() {
        Map<String, IdentityRule> rules = new LinkedHashMap<>();
        byName.forEach((name, rule) -> rule.ifPresent(read -> rules.put(name, read)));
        return Collections.unmodifiableMap(rules);
    }
}
