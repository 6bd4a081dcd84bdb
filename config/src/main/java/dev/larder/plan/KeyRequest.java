package dev.larder.plan;

import dev.larder.http.Fields;
import dev.larder.key.CacheKey;
import dev.larder.rules.Rules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From a key back to a request that has it, where path and query are all that it is made of. Pure. */
final class KeyRequest {

    private static final Pattern VARIABLE = Pattern.compile("\\{([^{}*]+)(\\*?)\\}");
    private static final String UNNAMED = "?";

    private KeyRequest() {}

    /** The target; empty where the key leaves out what the request needs, or there is more in it than a target holds. */
    static Optional<String> target(RouteRule route, CacheKey key) {
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
                .map(path -> query.isEmpty() ? path : path + '?' + String.join("&", query))
                .filter(target -> isOf(route, key, target));
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

    /** What proves it: that very request, asked by nobody, has that very key. */
    private static boolean isOf(RouteRule route, CacheKey key, String target) {
        Sample sample = Sample.of("GET", target, Fields.EMPTY);
        return route.identity().isEmpty()
                && route.derive(sample.request(), null) instanceof Plan.Derived.Cacheable derived
                && derived.key().equals(key);
    }
}
