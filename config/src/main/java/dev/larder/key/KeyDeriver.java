package dev.larder.key;

import dev.larder.http.RequestHead;
import dev.larder.http.Target;
import dev.larder.http.Target.Parameter;
import dev.larder.key.Derivation.Keyed;
import dev.larder.key.Derivation.Refused;
import dev.larder.route.RouteTemplate;
import dev.larder.rules.Rules;
import dev.larder.rules.Rules.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * From a request and an identity to the key of a stored response, for one route, or to the reason why there is none. A
 * value that two servers could read differently gives no key. Immutable, pure, shared between threads; it lies on the
 * way of every hit.
 */
public final class KeyDeriver {

    /** What stands before the name of a parameter that the key does not name: no named parameter begins with it. */
    private static final String UNNAMED = "?";

    /** How much of a visitor's parameter name is repeated to people. */
    private static final int LONGEST_DETAIL = 64;

    private final String route;
    /** Sorted by name. */
    private final KeyParameter[] parameters;

    private final String[] names;
    private final QueryNames queryNames;

    /**
     * The deriver of one route.
     *
     * @throws IllegalArgumentException if the default of a parameter fails its own type or bounds, or a parameter reads
     *     a variable that the template does not have
     */
    public KeyDeriver(Rules.Route rule) {
        route = rule.name().value();
        queryNames = new QueryNames(rule);
        List<String> variables = RouteTemplate.parse(rule.template().value()).variables();
        List<KeyParameter> sorted = new ArrayList<>();
        new TreeMap<>(rule.key()).forEach((name, source) -> {
            if (source.from().value() instanceof Source.Path path && !variables.contains(path.name())) {
                throw new IllegalArgumentException("key " + name + " is path." + path.name()
                        + "; expected a variable of the template: " + variables);
            }
            sorted.add(KeyParameter.of(name, source));
        });
        parameters = sorted.toArray(new KeyParameter[0]);
        names = sorted.stream().map(KeyParameter::name).toArray(String[]::new);
    }

    /** What the names of query parameters mean to this route. */
    public QueryNames queryNames() {
        return queryNames;
    }

    /**
     * The key of a request that this route is for.
     *
     * @param pathVariables of the route's template, decoded
     * @param identity who asks; null where the key uses no claim, or it is not known yet: then {@code NO_IDENTITY} says
     *     that nothing but that stands against it
     */
    public Derivation derive(RequestHead request, Map<String, String> pathVariables, @Nullable Identity identity) {
        Target target = request.target();
        if (target.pathDoubt().isPresent()) {
            return new Refused(BypassReason.AMBIGUOUS_PATH, Optional.empty());
        }
        if (target.queryDoubt().isPresent()) {
            return new Refused(BypassReason.AMBIGUOUS_QUERY, Optional.empty());
        }
        Map<String, StringBuilder> unnamed = null;
        for (Parameter parameter : target.parameters()) {
            switch (queryNames.roleOf(parameter.name())) {
                case NAMED, IGNORED -> {}
                case KEYED -> {
                    unnamed = unnamed == null ? new HashMap<>() : unnamed;
                    addUnnamed(parameter, unnamed);
                }
                case REFUSED -> {
                    return new Refused(BypassReason.UNNAMED_QUERY_PARAMETER, Optional.of(detail(parameter.name())));
                }
            }
        }
        String[] forms = new String[parameters.length];
        ValueReader reader = new ValueReader(request, pathVariables, identity);
        Refused unknown = null;
        for (int i = 0; i < parameters.length; i++) {
            KeyParameter parameter = parameters[i];
            BypassReason reason = reader.read(parameter);
            if (reason == null) {
                reason = parameter.refusal(reader.values());
            }
            if (reason == BypassReason.NO_IDENTITY) {
                // Said last: whoever asks, a value that is refused stays refused.
                unknown = new Refused(reason, Optional.of(parameter.name()));
            } else if (reason != null) {
                return new Refused(reason, Optional.of(parameter.name()));
            } else {
                forms[i] = parameter.form(reader.values());
            }
        }
        if (unknown != null) {
            return unknown;
        }
        return new Keyed(unnamed == null ? key(names, forms) : key(forms, unnamed));
    }

    private CacheKey key(String[] sorted, String[] forms) {
        StringBuilder text = new StringBuilder(96).append(route);
        for (int i = 0; i < sorted.length; i++) {
            text.append(':').append(sorted[i]).append(':').append(forms[i]);
        }
        return new CacheKey(route, sorted, forms, text.toString());
    }

    private CacheKey key(String[] forms, Map<String, StringBuilder> unnamed) {
        SortedMap<String, String> values = new TreeMap<>();
        for (int i = 0; i < names.length; i++) {
            values.put(names[i], forms[i]);
        }
        unnamed.forEach((name, unnamedForms) -> values.put(UNNAMED + name, unnamedForms.toString()));
        return key(values.keySet().toArray(new String[0]), values.values().toArray(new String[0]));
    }

    /** Repeated names keep their order, and a bare one is no empty one: what it is to a backend nobody has said. */
    private static void addUnnamed(Parameter parameter, Map<String, StringBuilder> unnamed) {
        String name = CacheKey.escape(parameter.name());
        String form = parameter.bare() ? CacheKey.ABSENT : CacheKey.escape(parameter.value());
        StringBuilder forms = unnamed.get(name);
        if (forms == null) {
            unnamed.put(name, new StringBuilder(form));
        } else {
            forms.append(CacheKey.LIST_SEPARATOR).append(form);
        }
    }

    private static String detail(String name) {
        String escaped = CacheKey.escape(name);
        return escaped.length() <= LONGEST_DETAIL ? escaped : escaped.substring(0, LONGEST_DETAIL);
    }
}
