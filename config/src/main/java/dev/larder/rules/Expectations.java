package dev.larder.rules;

import dev.larder.rules.Rules.Condition;
import dev.larder.rules.Rules.Expectation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What values must be: {@code present}, {@code absent}, a value, a glob. */
final class Expectations {

    private static final String EXPECTED = "present, absent, a value or a glob";

    private Expectations() {}

    static Expectation of(String text) {
        return switch (text) {
            case "present" -> new Expectation.Present();
            case "absent" -> new Expectation.Absent();
            default -> new Expectation.Glob(text);
        };
    }

    /** A map of names to expectations. A name that is refused is expected to have noted why. */
    static Map<String, Expectation> map(
            List<YamlNode.Entry> entries, String what, Predicate<YamlNode.Entry> accepted, Problems problems) {
        Map<String, Expectation> map = new LinkedHashMap<>();
        for (YamlNode.Entry entry : entries) {
            Optional<Located<String>> text =
                    Scalars.text(entry.value(), what + " " + Quoted.text(entry.key()), EXPECTED, problems);
            if (accepted.test(entry) && text.isPresent()) {
                map.put(entry.key(), of(text.get().value()));
            }
        }
        return Collections.unmodifiableMap(map);
    }

    /** A map of sources of an answer to expectations. */
    static List<Condition> conditions(List<YamlNode.Entry> entries, Problems problems) {
        List<Condition> conditions = new ArrayList<>();
        for (YamlNode.Entry entry : entries) {
            Optional<Located<Rules.Source>> source =
                    Sources.ANSWER.parse(new Located<>(entry.key(), entry.at()), "the condition", problems);
            Optional<Located<String>> text = Scalars.text(entry.value(), Quoted.text(entry.key()), EXPECTED, problems);
            if (source.isPresent() && text.isPresent()) {
                conditions.add(new Condition(source.get(), of(text.get().value())));
            }
        }
        return List.copyOf(conditions);
    }
}
