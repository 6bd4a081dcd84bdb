package dev.larder.purge;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the variables of a purge hold in one request. Immutable.
 *
 * @param byName name to what is known of it; a name that is missing was not defined where the request matched
 */
public record Variables(Map<String, Value> byName) {

    private static final Value UNDEFINED = new Value.Unreadable("what matched does not define it");

    /** What is known of one variable. */
    public sealed interface Value {

        /**
         * It was read.
         *
         * @param values never empty; several where an array or repeated fields were selected
         */
        record Known(List<String> values) implements Value {
            /** Copies the list. */
            public Known {
                values = List.copyOf(values);
            }

            /** How many there are: what visitors send is not for logs. */
            @Override
            public String toString() {
                return "Known[" + values.size() + "]";
            }
        }

        /**
         * It was not.
         *
         * @param why for a person, without values
         */
        record Unreadable(String why) implements Value {}
    }

    /** Copies the map. */
    public Variables {
        byName = Map.copyOf(new LinkedHashMap<>(byName));
    }

    /** What is known of this variable. */
    public Value get(String name) {
        return byName.getOrDefault(name, UNDEFINED);
    }
}
