package dev.larder.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads one map by its {@link Section}. What is wrong is noted as a problem, in the words of the table, and reads as if
 * it were not there, so that everything else is still looked at. Confined to the thread that loads.
 */
final class SectionReader {

    private final Section section;
    private final Position at;
    private final String path;
    private final Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    private final Problems problems;

    private SectionReader(Section section, Position at, String path, Problems problems) {
        this.section = section;
        this.at = at;
        this.path = path;
        this.problems = problems;
    }

    /**
     * Begins to read a map; notes fields that the section does not have, or lacks.
     *
     * @param path what messages put before a field's name, e.g. {@code stale.}
     * @return empty where this is no map, which is then a problem
     */
    static Optional<SectionReader> of(Section section, YamlNode node, String path, Problems problems) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            problems.add(
                    node.at(),
                    section.title() + " " + node.described(),
                    "a map with " + String.join(", ", section.names()));
            return Optional.empty();
        }
        if (Unquoted.report(node, problems)) {
            return Optional.empty();
        }
        SectionReader reader = new SectionReader(section, mapping.at(), path, problems);
        mapping.entries().forEach(reader::accept);
        for (Section.Field field : section.fields()) {
            if (field.required() && mapping.get(field.name()).isEmpty()) {
                problems.add(mapping.at(), section.title() + " without " + Quoted.text(field.name()), field.meaning());
            }
        }
        return Optional.of(reader);
    }

    private void accept(YamlNode.Entry entry) {
        Optional<Section.Field> field = section.field(entry.key());
        if (field.isEmpty()) {
            problems.add(
                    entry.at(),
                    "unknown field " + Quoted.text(entry.key()) + " in " + section.title(),
                    "one of " + String.join(", ", section.names()),
                    Nearest.of(entry.key(), section.names()));
        } else {
            entries.put(entry.key(), entry);
        }
    }

    Position at() {
        return at;
    }

    boolean has(String field) {
        return entries.containsKey(field);
    }

    /** Where a field stands, or the map that lacks it. */
    Position at(String field) {
        YamlNode.Entry entry = entries.get(field);
        return entry == null ? at : entry.at();
    }

    Optional<YamlNode> node(String field) {
        return Optional.ofNullable(entries.get(field)).map(YamlNode.Entry::value);
    }

    /** A field's value unless it has none: {@code tests:} with nothing after it. */
    Optional<YamlNode> filled(String field) {
        return node(field).filter(node -> !(node instanceof YamlNode.Scalar scalar && scalar.isEmpty()));
    }

    Optional<Located<String>> text(String field) {
        return node(field).flatMap(node -> Scalars.text(node, what(field), meaning(field), problems));
    }

    /** A scalar or a list of scalars. */
    List<Located<String>> texts(String field) {
        List<Located<String>> texts = new ArrayList<>();
        for (YamlNode item : items(field)) {
            Scalars.text(item, what(field), meaning(field), problems).ifPresent(texts::add);
        }
        return List.copyOf(texts);
    }

    /** A list's items; anything else is a list of one. */
    List<YamlNode> items(String field) {
        return node(field)
                .map(node -> node instanceof YamlNode.Sequence sequence ? sequence.items() : List.of(node))
                .orElse(List.of());
    }

    /** Items of what must be a list. */
    List<YamlNode> list(String field) {
        return filled(field)
                .map(node -> Scalars.list(node, what(field), meaning(field), problems))
                .orElse(List.of());
    }

    /** Entries of what must be a map. */
    List<YamlNode.Entry> entries(String field) {
        return filled(field)
                .map(node -> Scalars.entries(node, what(field), meaning(field), problems))
                .orElse(List.of());
    }

    /** A map with free keys and scalar values. */
    Map<String, Located<String>> textMap(String field) {
        Map<String, Located<String>> map = new LinkedHashMap<>();
        for (YamlNode.Entry entry : entries(field)) {
            Scalars.text(entry.value(), what(field) + "." + entry.key(), "a single value", problems)
                    .ifPresent(value -> map.put(entry.key(), value));
        }
        return map;
    }

    Optional<Boolean> flag(String field) {
        return word(field, Grammar.BOOLEANS).map(Boolean::parseBoolean);
    }

    /** One of some words. */
    Optional<String> word(String field, List<String> words) {
        return text(field).flatMap(text -> Scalars.word(text, what(field), words, problems));
    }

    /** A list of some words, or one of them. */
    List<String> words(String field, List<String> words) {
        List<String> found = new ArrayList<>();
        for (Located<String> text : texts(field)) {
            Scalars.word(text, what(field), words, problems).ifPresent(found::add);
        }
        return List.copyOf(found);
    }

    /** A duration or a name of {@code ttls}. */
    Optional<Duration> lifetime(String field, Ttls ttls) {
        return text(field).flatMap(text -> ttls.lifetime(text, what(field), meaning(field), problems));
    }

    Optional<Long> size(String field) {
        Optional<Located<String>> text = text(field);
        Optional<Long> bytes = text.flatMap(located -> Sizes.parse(located.value()));
        if (text.isPresent() && bytes.isEmpty()) {
            problem(field, text.get(), Sizes.EXPECTED, Sizes.suggest(text.get().value()));
        }
        return bytes;
    }

    OptionalLong number(String field, long least, long greatest) {
        Optional<Located<String>> text = text(field);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong number = Scalars.integer(text.get().value());
        if (number.isPresent() && number.getAsLong() >= least && number.getAsLong() <= greatest) {
            return number;
        }
        String bounds = greatest == Long.MAX_VALUE
                ? (least == Long.MIN_VALUE ? "" : " from " + least)
                : " from " + least + " to " + greatest;
        problem(field, text.get(), "a whole number" + bounds, Optional.empty());
        return OptionalLong.empty();
    }

    /** A map of its own kind in a field. */
    Optional<SectionReader> section(String field, Section inner) {
        return node(field).flatMap(node -> of(inner, node, what(field) + ".", problems));
    }

    /** Notes that a field's value is not what was expected. */
    void problem(String field, Located<String> value, String expected, Optional<String> suggestion) {
        problems.add(value.at(), what(field) + " is " + Quoted.text(value.value()), expected, suggestion);
    }

    /** A field's name for messages, with the map it is in where that is needed to find it. */
    String what(String field) {
        return path + field;
    }

    String meaning(String field) {
        return section.field(field).orElseThrow().meaning();
    }
}
