package dev.larder.plan;

import dev.larder.purge.RouteGroups;
import dev.larder.rules.Rules;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What decides a route's keys, what is stored under them, and the groups that purges reach them by, in sixteen hex
 * digits. Where a line stands in the file decides nothing and is left out, so that a comment costs no hits.
 */
final class Fingerprint {

    private static final int DIGITS = 16;

    private final MessageDigest digest;

    private Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Of all routes, in any order: what is stored under one name is told apart by its own. */
    static String of(List<RouteRule> routes) {
        Fingerprint fingerprint = new Fingerprint();
        routes.stream()
                .sorted(Comparator.comparing(RouteRule::name))
                .forEach(route -> fingerprint.add(route.name(), route.fingerprint()));
        return fingerprint.text();
    }

    static String of(Rules.Route route, Optional<Rules.IdentityRule> identity, RouteGroups groups) {
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.add("route", route.name().value(), route.template().value(), route.host());
        identity.ifPresent(rule -> fingerprint.add("identity", rule.name().value(), credential(rule), proof(rule)));
        fingerprint.access(route.access());
        new TreeMap<>(route.key()).forEach(fingerprint::source);
        fingerprint.add(
                "query", route.query().other(), new TreeSet<>(route.query().ignore()));
        fingerprint.add("lifetime", lifetime(route.ttl()), route.staleWhileRevalidate(), route.staleIfError());
        fingerprint.add("status", new TreeMap<>(route.storeStatus()));
        for (Rules.Condition condition : route.storeIf()) {
            fingerprint.add("store-if", condition.source().value().written(), expectation(condition.expectation()));
        }
        fingerprint.add("max-body", route.maxBodyBytes());
        fingerprint.add("overrides", new TreeSet<>(route.overrides()));
        fingerprint.add(
                "vary",
                new TreeSet<>(route.vary().add()),
                new TreeSet<>(route.vary().ignore()));
        for (Rules.Forwarded forwarded : route.forward()) {
            fingerprint.add("forward", forwarded.from().value().written());
        }
        // Between two codings nothing differs: what is stored says in which one it is.
        fingerprint.add("compress", route.compress() != Rules.Compression.NONE);
        fingerprint.add("groups", groups.patterns());
        return fingerprint.text();
    }

    // In words of their own: what a record says of itself changes with its name, and takes long when it is first said.

    private static String credential(Rules.IdentityRule rule) {
        return rule.credential() instanceof Rules.CredentialSource.Cookies cookies
                ? "cookies " + cookies.names()
                : "field " + ((Rules.CredentialSource.Header) rule.credential()).name();
    }

    private static String lifetime(Rules.Ttl ttl) {
        return ttl instanceof Rules.Ttl.Fixed fixed ? fixed.lifetime().toString() : "origin";
    }

    private static String expectation(Rules.Expectation expectation) {
        if (expectation instanceof Rules.Expectation.Glob glob) {
            return "glob " + glob.glob();
        }
        return expectation instanceof Rules.Expectation.Present ? "present" : "absent";
    }

    private String text() {
        return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    }

    /** What the claims are made of; how long they are kept, and with which secret they are verified, changes no key. */
    private static String proof(Rules.IdentityRule rule) {
        if (rule.proof() instanceof Rules.Proof.Resolve resolve) {
            return "resolve " + resolve.path() + " " + new TreeMap<>(resolve.claims());
        }
        if (rule.proof() instanceof Rules.Proof.Jwt jwt) {
            return "jwt " + jwt.issuer() + " " + jwt.audience() + " " + new TreeMap<>(jwt.claims());
        }
        return "opaque";
    }

    private void access(Rules.Access access) {
        if (access instanceof Rules.Access.Claims claims) {
            for (Map.Entry<String, ? extends Collection<String>> required :
                    new TreeMap<>(claims.required()).entrySet()) {
                add("access", required.getKey(), new TreeSet<>(required.getValue()));
            }
        } else {
            add("access", ((Rules.Access.Public) access).said() ? "public" : "without credentials");
        }
    }

    private void source(String name, Rules.KeySource source) {
        add(
                "key",
                name,
                source.from().value().written(),
                source.type(),
                source.values(),
                source.defaultValue(),
                source.min(),
                source.max(),
                source.trim(),
                source.lower(),
                source.many());
    }

    /** Each part with its length before it, so that two lists of parts never make one text. */
    private void add(Object... parts) {
        for (Object part : parts) {
            byte[] text = part.toString().getBytes(StandardCharsets.UTF_8);
            digest.update((text.length + ":").getBytes(StandardCharsets.UTF_8));
            digest.update(text);
        }
        digest.update((byte) '\n');
    }
}
