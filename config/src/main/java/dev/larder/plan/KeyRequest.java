package dev.larder.plan;

import dev.larder.http.Fields;
import dev.larder.key.CacheKey;
import dev.larder.rules.Rules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From a key back to a request that has it, where path, query and the visitor are all that it is made of. Pure. */
final class KeyRequest {

    private static final Pattern VARIABLE = Pattern.compile("\\{([^{}*]+)(\\*?)\\}");
    private static final String UNNAMED = "?";

    private KeyRequest() {}

    /**
     * A GET; empty where the key leaves out what it needs, or holds more than path, query and visitor. Where the route has a
     * visitor they have the claims that the key holds, and of the others what access asks for, the first in order where it
     * leaves a choice.
     */
    static Optional<Sample> sample(RouteRule route, CacheKey key) {
        return target(route, key)
                .map(target -> Sample.of("GET", target, Fields.EMPTY))
                .map(sample -> route.identity().isEmpty() ? sample : sample.by(claims(route, key)))
                .filter(sample -> isOf(route, key, sample));
    }

    private static Optional<String> target(RouteRule route, CacheKey key) {
        Map<String, String> variables = new HashMap<>();
        List<String> query = new ArrayList<>();
        for (Map.Entry<String, String> value : key.values().entrySet()) {
            Rules.KeySource source = route.rule().key().get(value.getKey());
            Rules.Source from = source == null ? null : source.from().value();
            if (from instanceof Rules.Source.Path path) {
                variables.put(path.name(), value.getValue());
            } else if (from instanceof Rules.Source.Query parameter) {
                add(query, CacheKey.escape(parameter.name()), value.getValue());
            } else if (source == null && value.getKey().startsWith(UNNAMED)) {
                addOpen(query, value.getKey().substring(UNNAMED.length()), value.getValue());
            }
        }
        return path(route.rule().template().value(), variables)
                .map(path -> query.isEmpty() ? path : path + '?' + String.join("&", query));
    }

    private static Map<String, Object> claims(RouteRule route, CacheKey key) {
        Map<String, Object> claims = new TreeMap<>();
        if (route.rule().access() instanceof Rules.Access.Claims access) {
            access.required().forEach((claim, values) -> claims.put(claim, new TreeSet<>(values).first()));
        }
        key.values().forEach((name, forms) -> {
            Rules.KeySource source = route.rule().key().get(name);
            if (source != null && source.from().value() instanceof Rules.Source.Claim claim) {
                List<String> values = Arrays.stream(forms.split(String.valueOf(CacheKey.LIST_SEPARATOR), -1))
                        .map(CacheKey::unescape)
                        .toList();
                claims.put(claim.name(), values.size() == 1 ? values.get(0) : values);
            }
        });
        return claims;
    }

    private static void add(List<String> query, String name, String forms) {
        if (!forms.equals(CacheKey.ABSENT)) {
            for (String form : forms.split(String.valueOf(CacheKey.LIST_SEPARATOR), -1)) {
                query.add(name + '=' + form);
            }
        }
    }

    private static void addOpen(List<String> query, String name, String forms) {
        for (String form : forms.split(String.valueOf(CacheKey.LIST_SEPARATOR), -1)) {
            query.add(form.equals(CacheKey.ABSENT) ? name : name + '=' + form);
        }
    }

    private static Optional<String> path(String template, Map<String, String> variables) {
        StringBuilder path = new StringBuilder();
        Matcher variable = VARIABLE.matcher(template);
        int from = 0;
        while (variable.find()) {
            String form = variables.get(variable.group(1));
            if (form == null) {
                return Optional.empty();
            }
            path.append(literal(template.substring(from, variable.start())))
                    .append(variable.group(2).isEmpty() ? form : form.replace("%2F", "/"));
            from = variable.end();
        }
        return Optional.of(path.append(literal(template.substring(from))).toString());
    }

    private static String literal(String text) {
        return CacheKey.escape(text).replace("%2F", "/");
    }

    /** What proves it: that very request, by that visitor, has that very key. */
    private static boolean isOf(RouteRule route, CacheKey key, Sample sample) {
        String identity = route.identity().orElse(null);
        return route.derive(sample.request(), identity == null ? null : sample.identity(identity))
                        instanceof Plan.Derived.Cacheable derived
                && derived.key().equals(key);
    }
}
