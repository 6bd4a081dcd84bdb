package dev.larder.route;

import dev.larder.route.SegmentPattern.Affixed;
import dev.larder.route.SegmentPattern.Literal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A path template such as {@code /api/admin/courses/{courseId}} or {@code /{rest*}.css}. Immutable.
 *
 * <p>A segment is literal text, or a variable with literal text before or after it ({@code {id}.json}); a variable is
 * never empty. One {@code {rest*}} stands for zero or more whole segments, anywhere, and for a trailing slash where it
 * ends the template; {@code {rest*}.css} as the last segment for one or more, the last of which ends in the suffix.
 * Literal text is decoded text and compares exactly. A template matches a trailing slash only if it has one itself or
 * ends in a rest.
 */
public final class RouteTemplate {

    /** A rest that is nothing but a trailing slash, as distinct from no rest at all: no other rest has this value. */
    private static final String ONLY_A_SLASH = "/";

    /** What follows a trailing slash. */
    private static final Literal SLASH = new Literal("");

    private final String text;
    private final List<SegmentPattern> head;
    private final @Nullable String rest;
    /** What follows the rest; where the rest has a suffix it is the one pattern of the last segment. */
    private final List<SegmentPattern> tail;
    /** Whether the tail's one pattern belongs to the rest. */
    private final boolean restHasSuffix;

    private final List<String> variables;

    RouteTemplate(
            String text,
            List<SegmentPattern> head,
            @Nullable String rest,
            List<SegmentPattern> tail,
            boolean restHasSuffix,
            List<String> variables) {
        this.text = text;
        this.head = List.copyOf(head);
        this.rest = rest;
        this.tail = List.copyOf(tail);
        this.restHasSuffix = restHasSuffix;
        this.variables = List.copyOf(variables);
    }

    /**
     * Parses a template.
     *
     * @throws IllegalArgumentException whose message says what is wrong and what was expected
     */
    public static RouteTemplate parse(String text) {
        return new TemplateParser(text).parse();
    }

    /** The variables by name, decoded, or empty where the segments do not match. */
    public Optional<Map<String, String>> match(List<String> segments) {
        return matches(segments) ? Optional.of(read(segments)) : Optional.empty();
    }

    /** Whether the segments are of this form. */
    public boolean matches(List<String> segments) {
        int size = segments.size();
        int fixed = head.size() + tail.size();
        if (rest == null ? size != fixed : size < fixed) {
            return false;
        }
        for (int i = 0; i < head.size(); i++) {
            if (!head.get(i).matches(segments.get(i))) {
                return false;
            }
        }
        int tailStart = size - tail.size();
        for (int i = 0; i < tail.size(); i++) {
            if (!tail.get(i).matches(segments.get(tailStart + i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether every path that {@code other} matches is matched by this one, too. */
    public boolean covers(RouteTemplate other) {
        if (other.rest == null) {
            return coversFixed(other.head);
        }
        if (rest == null) {
            return false;
        }
        // However long the other's rest gets: once it is longer than all that is fixed here, what a further segment
        // adds lies within this one's rest.
        int enough = head.size() + tail.size() + 1;
        List<SegmentPattern> path = new ArrayList<>(other.head);
        for (int length = 0; length <= enough; length++) {
            List<SegmentPattern> whole = new ArrayList<>(path);
            whole.addAll(other.tail);
            // A lone empty segment is no path: the root is no segment.
            if (!whole.equals(List.of(SLASH)) && !coversFixed(whole)) {
                return false;
            }
            if (other.tail.isEmpty() && !path.isEmpty()) {
                whole.add(SLASH);
                if (!coversFixed(whole)) {
                    return false;
                }
            }
            path.add(Affixed.ANY);
        }
        return true;
    }

    /** Names of the variables in order. */
    public List<String> variables() {
        return variables;
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }

    /** The patterns of the segments before the rest, or of all segments where there is none. */
    List<SegmentPattern> head() {
        return head;
    }

    /** Whether the number of segments varies. */
    boolean hasRest() {
        return rest != null;
    }

    private boolean coversFixed(List<SegmentPattern> path) {
        int fixed = head.size() + tail.size();
        if (rest == null ? path.size() != fixed : path.size() < fixed) {
            return false;
        }
        for (int i = 0; i < head.size(); i++) {
            if (!head.get(i).covers(path.get(i))) {
                return false;
            }
        }
        int tailStart = path.size() - tail.size();
        for (int i = 0; i < tail.size(); i++) {
            if (!tail.get(i).covers(path.get(tailStart + i))) {
                return false;
            }
        }
        return true;
    }

    private Map<String, String> read(List<String> segments) {
        if (variables.isEmpty()) {
            return Map.of();
        }
        Map<String, String> values = new LinkedHashMap<>(2 * variables.size());
        for (int i = 0; i < head.size(); i++) {
            readSegment(head.get(i), segments.get(i), values);
        }
        int tailStart = segments.size() - tail.size();
        if (rest != null) {
            values.put(rest, readRest(segments.subList(head.size(), tailStart + (restHasSuffix ? 1 : 0))));
        }
        for (int i = 0; i < tail.size(); i++) {
            readSegment(tail.get(i), segments.get(tailStart + i), values);
        }
        return Collections.unmodifiableMap(values);
    }

    private static void readSegment(SegmentPattern pattern, String segment, Map<String, String> values) {
        if (pattern instanceof Affixed affixed && affixed.variable().isPresent()) {
            values.put(affixed.variable().get(), affixed.between(segment));
        }
    }

    private String readRest(List<String> segments) {
        if (restHasSuffix) {
            String joined = String.join("/", segments);
            return joined.substring(
                    0, joined.length() - ((Affixed) tail.get(0)).suffix().length());
        }
        return segments.size() == 1 && segments.get(0).isEmpty() ? ONLY_A_SLASH : String.join("/", segments);
    }
}
