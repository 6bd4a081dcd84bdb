package dev.larder.route;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A path template such as {@code /api/admin/courses/{courseId}} or {@code /{rest*}.css}. Immutable. Skeleton. */
public final class RouteTemplate {

    private RouteTemplate() {}

    /**
     * Parses a template.
     *
     * @throws IllegalArgumentException whose message says what is wrong and what was expected
     */
    public static RouteTemplate parse(String text) {
        throw new UnsupportedOperationException("skeleton: " + text);
    }

    /** The variables by name, decoded, or empty where the segments do not match. */
    public Optional<Map<String, String>> match(List<String> segments) {
        throw new UnsupportedOperationException("skeleton: " + segments);
    }

    /** Whether every path that {@code other} matches is matched by this one, too. */
    public boolean covers(RouteTemplate other) {
        throw new UnsupportedOperationException("skeleton: " + other);
    }

    /** Names of the variables in order. */
    public List<String> variables() {
        throw new UnsupportedOperationException("skeleton");
    }
}
