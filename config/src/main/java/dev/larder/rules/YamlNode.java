package dev.larder.rules;

import java.util.List;
import java.util.Optional;

/**
 * A YAML document without its types: scalars are the text that was written, whatever YAML 1.1 would make of {@code yes},
 * {@code 010} or {@code 1:30}. Aliases and merge keys are resolved, keys are unique. Immutable.
 */
public sealed interface YamlNode {

    /** Where it begins; what stands behind an alias begins at its anchor. */
    Position at();

    /**
     * A single value.
     *
     * @param text as written, without quotes
     * @param plain whether it stood without quotes
     */
    record Scalar(String text, boolean plain, Position at) implements YamlNode {

        /** Whether there is no value: {@code ttl:} and nothing after it. */
        public boolean isEmpty() {
            return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
        }
    }

    /** A list. */
    record Sequence(List<YamlNode> items, Position at) implements YamlNode {}

    /**
     * A map in the file's order.
     *
     * @param flow whether it is written in braces
     */
    record Mapping(List<Entry> entries, boolean flow, Position at) implements YamlNode {

        /** The value of a key, if it is there. */
        public Optional<YamlNode> get(String key) {
            return entries.stream()
                    .filter(entry -> entry.key().equals(key))
                    .map(Entry::value)
                    .findFirst();
        }
    }

    /**
     * One key of a map.
     *
     * @param key its text
     * @param at where the key stands
     */
    record Entry(String key, Position at, YamlNode value) {}

    /** For messages: {@code is "5 minuts"}, {@code is a list}, {@code has no value}. */
    default String described() {
        if (this instanceof Scalar scalar) {
            return scalar.isEmpty() ? "has no value" : "is " + Quoted.text(scalar.text());
        }
        return this instanceof Sequence ? "is a list" : "is a map";
    }
}
