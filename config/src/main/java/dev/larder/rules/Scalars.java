package dev.larder.rules;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Nodes to values, or to problems. {@code what} names the value in messages. Pure but for the problems it notes. */
final class Scalars {

    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9]\\d{0,17}");

    private Scalars() {}

    static Optional<Located<String>> text(YamlNode node, String what, String expected, Problems problems) {
        if (node instanceof YamlNode.Scalar scalar && !scalar.isEmpty()) {
            return Optional.of(new Located<>(scalar.text(), scalar.at()));
        }
        if (!Unquoted.report(node, problems)) {
            problems.add(node.at(), what + " " + node.described(), expected);
        }
        return Optional.empty();
    }

    static List<YamlNode> list(YamlNode node, String what, String expected, Problems problems) {
        if (node instanceof YamlNode.Sequence sequence) {
            return sequence.items();
        }
        problems.add(node.at(), what + " " + node.described(), expected);
        return List.of();
    }

    static List<YamlNode.Entry> entries(YamlNode node, String what, String expected, Problems problems) {
        if (node instanceof YamlNode.Mapping mapping && !Unquoted.report(node, problems)) {
            return mapping.entries();
        }
        if (!(node instanceof YamlNode.Mapping)) {
            problems.add(node.at(), what + " " + node.described(), expected);
        }
        return List.of();
    }

    static Optional<String> word(Located<String> text, String what, List<String> words, Problems problems) {
        if (words.contains(text.value())) {
            return Optional.of(text.value());
        }
        problems.add(
                text.at(),
                what + " is " + Quoted.text(text.value()),
                (words.size() > 2 ? "one of " : "") + String.join(words.size() > 2 ? ", " : " or ", words),
                Nearest.of(text.value(), words));
        return Optional.empty();
    }

    /** A canonical decimal: {@code 01}, {@code +1} and {@code 1e3} are none. */
    static OptionalLong integer(String text) {
        return INTEGER.matcher(text).matches() ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }
}
