package dev.larder.plan;

import dev.larder.http.Cookies;
import dev.larder.http.FieldNames;
import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.key.BypassReason;
import dev.larder.key.CacheKey;
import dev.larder.key.Derivation;
import dev.larder.key.Identity;
import dev.larder.key.KeyDeriver;
import dev.larder.key.KeyShape;
import dev.larder.key.QueryNames;
import dev.larder.purge.RouteGroups;
import dev.larder.route.RouteTemplate;
import dev.larder.rules.Located;
import dev.larder.rules.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One route of a compiled rules file. Immutable, shared between threads. */
public final class RouteRule {

    /** What a visitor's own request carries and a fetch to be stored does not: conditions and ranges (RFC 9110). */
    private static final Set<String> VISITORS_OWN = Set.of(
            "cookie",
            "authorization",
            "if-match",
            "if-none-match",
            "if-modified-since",
            "if-unmodified-since",
            "if-range",
            "range");

    private final Rules.Route rule;
    private final RouteTemplate template;
    private final KeyDeriver deriver;
    private final RouteGroups groups;
    private final String fingerprint;
    private final Set<String> keyFields;
    private final Set<String> carriedCookies;
    private final Set<String> carriedParameters;
    private final FieldNames droppedFields;
    private final Set<String> credentialFields;
    private final Required[] required;
    private final boolean inspectsBody;
    private final Optional<String> identity;

    /**
     * Compiles a route.
     *
     * @param credentialFields fields in which some identity's credential travels, in lower case
     */
    RouteRule(
            Rules.Route rule,
            RouteTemplate template,
            RouteGroups groups,
            Optional<Rules.IdentityRule> identityRule,
            Set<String> credentialFields) {
        this.rule = rule;
        this.template = template;
        this.deriver = new KeyDeriver(rule);
        this.groups = groups;
        this.fingerprint = Fingerprint.of(rule, identityRule, groups);
        this.keyFields = new TreeSet<>();
        this.carriedCookies = new TreeSet<>();
        this.carriedParameters = new TreeSet<>();
        for (Rules.KeySource source : rule.key().values()) {
            if (source.from().value() instanceof Rules.Source.Header field) {
                keyFields.add(field.name().toLowerCase(Locale.ROOT));
            } else if (source.from().value() instanceof Rules.Source.Cookie cookie) {
                carriedCookies.add(cookie.name());
            }
        }
        for (Rules.Forwarded forwarded : rule.forward()) {
            if (forwarded.from().value() instanceof Rules.Source.Cookie cookie) {
                carriedCookies.add(cookie.name());
            } else if (forwarded.from().value() instanceof Rules.Source.Query parameter) {
                carriedParameters.add(parameter.name());
            }
        }
        this.droppedFields = droppedFields(credentialFields);
        this.credentialFields = Set.copyOf(credentialFields);
        this.required = Required.of(rule.access());
        this.inspectsBody = rule.storeIf().stream().anyMatch(AnswerConditions::readsBody);
        this.identity = usesIdentity(rule) ? rule.identity().map(Located::value) : Optional.empty();
    }

    private FieldNames droppedFields(Set<String> ofCredentials) {
        Set<String> names = new TreeSet<>(VISITORS_OWN);
        names.addAll(ofCredentials);
        names.removeAll(keyFields);
        if (isCompressed()) {
            names.add("accept-encoding");
        }
        return FieldNames.of(names);
    }

    private static boolean usesIdentity(Rules.Route rule) {
        return rule.access() instanceof Rules.Access.Claims
                || rule.key().values().stream().anyMatch(source -> source.from().value() instanceof Rules.Source.Claim);
    }

    /** The route's name, e.g. {@code admin:courses}. */
    public String name() {
        return rule.name().value();
    }

    /** What the file says: lifetimes, statuses, bounds. */
    public Rules.Route rule() {
        return rule;
    }

    /** Covers key, storage and the groups that all purges derive for the route: what another one stored is a miss. */
    public String fingerprint() {
        return fingerprint;
    }

    /** The key of this text with its groups; empty where no key of the route can be that. */
    Optional<Plan.Derived.Cacheable> keyed(String text) {
        KeyShape shape = KeyShape.of(rule);
        SortedMap<String, String> values = new TreeMap<>();
        String[] parts =
                text.substring(Math.min(text.length(), name().length())).split(":", -1);
        for (int i = 1; i + 1 < parts.length; i += 2) {
            values.put(parts[i], parts[i + 1]);
        }
        boolean whole = shape.open()
                ? values.keySet().containsAll(shape.parameters().keySet())
                : values.keySet().equals(shape.parameters().keySet());
        StringBuilder again = new StringBuilder(name());
        values.forEach((parameter, value) ->
                again.append(':').append(parameter).append(':').append(value));
        if (!whole || !again.toString().equals(text)) {
            return Optional.empty();
        }
        CacheKey key = new CacheKey(name(), values, text);
        return Optional.of(new Plan.Derived.Cacheable(key, groups.of(key)));
    }

    RouteTemplate template() {
        return template;
    }

    RouteGroups groups() {
        return groups;
    }

    /** Whether the key has a value of this request field, named in lower case. */
    boolean keysField(String lowerCaseName) {
        return keyFields.contains(lowerCaseName);
    }

    /**
     * The identity that must be known before {@link #derive}: where access or key use one. Empty where anybody is
     * answered alike.
     */
    public Optional<String> identity() {
        return identity;
    }

    /**
     * Whether a visitor who is known satisfies {@code access}; always true for a public route. To be asked on every
     * request, before any lookup.
     */
    public boolean allows(@Nullable Identity identity) {
        if (!(rule.access() instanceof Rules.Access.Claims)) {
            return true;
        }
        if (identity == null) {
            return false;
        }
        for (Required claim : required) {
            if (!claim.metBy(identity)) {
                return false;
            }
        }
        return true;
    }

    /** A claim that must have one of these values. */
    private record Required(String claim, Set<String> anyOf) {

        static Required[] of(Rules.Access access) {
            return access instanceof Rules.Access.Claims claims
                    ? claims.required().entrySet().stream()
                            .map(each -> new Required(each.getKey(), each.getValue()))
                            .toArray(Required[]::new)
                    : new Required[0];
        }

        boolean metBy(Identity identity) {
            String scalar = identity.claim(claim);
            if (scalar != null) {
                return anyOf.contains(scalar);
            }
            for (String element : identity.arrays().getOrDefault(claim, List.of())) {
                if (anyOf.contains(element)) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * The key of this request for this visitor, and its groups.
     *
     * @param identity who asks; null where {@link #identity()} is empty, or not known yet: then {@code NO_IDENTITY} says
     *     that nothing but that stands against it
     */
    public Plan.Derived derive(RequestHead request, @Nullable Identity identity) {
        if (request.target().pathDoubt().isPresent()) {
            return new Plan.Derived.Not(
                    BypassReason.AMBIGUOUS_PATH, request.target().pathDoubt());
        }
        Optional<Map<String, String>> variables =
                template.match(request.target().segments());
        if (variables.isEmpty()) {
            return new Plan.Derived.Not(BypassReason.NO_ROUTE, Optional.empty());
        }
        Derivation derivation = deriver.derive(request, variables.get(), identity);
        if (derivation instanceof Derivation.Refused refused) {
            return new Plan.Derived.Not(refused.reason(), refused.detail());
        }
        Derivation.Keyed keyed = (Derivation.Keyed) derivation;
        return new Plan.Derived.Cacheable(keyed.key(), groups.of(keyed.key()));
    }

    /**
     * The request as it is fetched to be stored: without Cookie and Authorization but for the identity's own credential
     * and what the key or {@code forward} names, without ignored query parameters but for those that {@code forward}
     * names, without conditional and Range fields, and with {@code Accept-Encoding: identity} where larder compresses.
     * The order of what remains is kept.
     *
     * @param credential the field line that carries the identity's own credential and nothing else, or null
     */
    public RequestHead fetch(RequestHead request, Map.@Nullable Entry<String, String> credential) {
        Fields.Builder added = Fields.builder();
        if (isCompressed()) {
            // One stored form for all: which coding a visitor gets is settled between them and larder.
            added.add("Accept-Encoding", "identity");
        }
        List<String> cookies = carriedCookies(request);
        if (credential != null && credential.getKey().equalsIgnoreCase("cookie")) {
            cookies.add(credential.getValue());
        } else if (credential != null) {
            added.add(credential.getKey(), credential.getValue());
        }
        if (!cookies.isEmpty()) {
            added.add("Cookie", String.join("; ", cookies));
        }
        return new RequestHead(
                request.method(),
                request.target().withoutParameters(this::isLeftOut),
                request.scheme(),
                request.authority(),
                request.fields().replaced(droppedFields, added.build()),
                request.site());
    }

    /** Whether bodies are kept in a coding of larder's. */
    public boolean isCompressed() {
        return rule.compress() != Rules.Compression.NONE;
    }

    /** Whether some identity's credential travels in this field, named in lower case: no stored response tells it. */
    public boolean isCredentialField(String lowerCaseName) {
        return credentialFields.contains(lowerCaseName);
    }

    private boolean isLeftOut(String parameter) {
        return deriver.queryNames().roleOf(parameter) == QueryNames.Role.IGNORED
                && !carriedParameters.contains(parameter);
    }

    private List<String> carriedCookies(RequestHead request) {
        List<String> kept = new ArrayList<>();
        if (!carriedCookies.isEmpty()) {
            for (Cookies.Cookie cookie : Cookies.parse(request.fields()).list()) {
                if (carriedCookies.contains(cookie.name())) {
                    kept.add(cookie.name() + "=" + cookie.value());
                }
            }
        }
        return kept;
    }

    /** Whether {@code store-if} must see the body. */
    public boolean inspectsBody() {
        return inspectsBody;
    }

    /** Whether the answer meets every condition of {@code store-if}; the body is whole, in its content coding. */
    public boolean storeIf(ResponseHead response, byte[] body) {
        MessageBody read = new MessageBody(new WritePlan.Body.Whole(body, response.fields()), "the answer's body");
        for (Rules.Condition condition : rule.storeIf()) {
            if (!AnswerConditions.holds(condition, response, read)) {
                return false;
            }
        }
        return true;
    }
}
