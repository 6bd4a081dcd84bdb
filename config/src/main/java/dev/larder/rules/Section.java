package dev.larder.rules;

import java.util.List;
import java.util.Optional;

/**
 * The table of one kind of map in a rules file: what the loader accepts there, and what the JSON Schema must say.
 *
 * @param name of its definition in the schema
 * @param title for messages, e.g. {@code a route}
 * @param fields in the order in which they are usually written
 */
record Section(String name, String title, List<Field> fields) {

    /**
     * One field.
     *
     * @param name as written
     * @param required whether it must be there
     * @param meaning what it expects, to be read after "expected"; the schema's description
     */
    record Field(String name, boolean required, String meaning) {}

    static Field required(String name, String meaning) {
        return new Field(name, true, meaning);
    }

    static Field optional(String name, String meaning) {
        return new Field(name, false, meaning);
    }

    Optional<Field> field(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).findFirst();
    }

    /** Names of the fields. */
    List<String> names() {
        return fields.stream().map(Field::name).toList();
    }

    /** The same without some fields. */
    Section without(String otherName, String otherTitle, String... names) {
        List<String> left = List.of(names);
        List<Field> kept = fields.stream()
                .filter(field -> !left.contains(field.name()))
                .map(field -> new Field(field.name(), false, field.meaning()))
                .toList();
        return new Section(otherName, otherTitle, kept);
    }
}
