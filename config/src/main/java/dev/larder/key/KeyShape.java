package dev.larder.key;

import dev.larder.rules.Rules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What keys a route can write: its name and its sorted, typed parameters. Immutable.
 *
 * @param route the route's name
 * @param parameters by name, sorted
 * @param open whether further query parameters join the key ({@code other: key}), as parameters {@code ?NAME}
 */
public record KeyShape(String route, SortedMap<String, Rules.KeySource> parameters, boolean open) {

    /** Copies the parameters. */
    public KeyShape {
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    }

    /** The shape of the keys that a route writes. */
    public static KeyShape of(Rules.Route route) {
        return new KeyShape(
                route.name().value(), new TreeMap<>(route.key()), route.query().other() == Rules.OtherQuery.KEY);
    }

    /**
     * Whether some key of this shape could be the same text as some key of the other: then two routes would write over
     * each other. Further query parameters make no difference, since nothing else in a key begins with their mark.
     */
    public boolean mayMeet(KeyShape other) {
        List<Part> ours = parts();
        List<Part> theirs = other.parts();
        if (ours.size() != theirs.size()) {
            return false;
        }
        for (int i = 0; i < ours.size(); i++) {
            if (!ours.get(i).mayMeet(theirs.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** What stands between the colons of a key; an escaped value holds no colon. */
    private List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        for (String literal : route.split(":", -1)) {
            parts.add(new Part(literal, null));
        }
        parameters.forEach((name, source) -> {
            parts.add(new Part(name, null));
            parts.add(new Part("", source));
        });
        return parts;
    }

    /** Literal text, or the place of a value. */
    private record Part(String literal, Rules.@Nullable KeySource source) {

        boolean mayMeet(Part other) {
            if (source == null) {
                return other.source == null ? literal.equals(other.literal) : other.holds(literal);
            }
            return other.source != null || holds(other.literal);
        }

        /** Whether the value here could be this text; names in a rules file need no escaping. */
        private boolean holds(String text) {
            return source != null
                    && KeyValues.normalise(source, text).filter(text::equals).isPresent();
        }
    }
}
