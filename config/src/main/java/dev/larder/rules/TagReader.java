package dev.larder.rules;

import dev.larder.rules.Rules.KeySource;
import dev.larder.rules.Rules.Many;
import dev.larder.rules.Rules.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The field {@code tags}. A tag has the form of a key, parts with colons between, so that no value can make one tag look
 * like another: it is told apart from texts by the colons alone.
 */
final class TagReader {

    private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9._~-]+");

    private final Problems problems;

    TagReader(Problems problems) {
        this.problems = problems;
    }

    /** The tags of a route, each path variable in them replaced by the key parameter that holds it. */
    List<Located<String>> read(SectionReader route, Map<String, KeySource> key) {
        List<Located<String>> tags = new ArrayList<>();
        for (Located<String> text : route.texts("tags")) {
            if (Names.checkBraces(text, problems)) {
                tag(route, text, key).ifPresent(tags::add);
            }
        }
        return List.copyOf(tags);
    }

    private Optional<Located<String>> tag(SectionReader route, Located<String> text, Map<String, KeySource> key) {
        List<String> parts = new ArrayList<>();
        for (String part : text.value().split(":", -1)) {
            boolean isVariable = part.startsWith("{") && part.endsWith("}") && part.length() > 2;
            if (!isVariable && !TEXT.matcher(part).matches()) {
                route.problem(
                        "tags",
                        text,
                        "parts with colons between, each of letters, digits and . _ ~ - or one {parameter}",
                        Optional.empty());
                return Optional.empty();
            }
            Optional<String> parameter =
                    isVariable ? parameter(text, part.substring(1, part.length() - 1), key) : Optional.empty();
            if (isVariable && parameter.isEmpty()) {
                return Optional.empty();
            }
            parts.add(parameter.map(name -> "{" + name + "}").orElse(part));
        }
        return Optional.of(new Located<>(String.join(":", parts), text.at()));
    }

    private Optional<String> parameter(Located<String> tag, String name, Map<String, KeySource> key) {
        KeySource source = key.get(name);
        String found = name;
        for (Map.Entry<String, KeySource> entry : key.entrySet()) {
            boolean reads = entry.getValue().from().value() instanceof Source.Path path
                    && path.name().equals(name);
            if (source == null && reads) {
                source = entry.getValue();
                found = entry.getKey();
            }
        }
        if (source == null) {
            problems.add(
                    tag.at(),
                    "the tag " + Quoted.text(tag.value()) + " names {" + name + "}, which is not in the key",
                    key.isEmpty() ? "a tag without variables" : "one of " + String.join(", ", key.keySet()),
                    Nearest.of(name, key.keySet()).map(near -> "{" + near + "}"));
            return Optional.empty();
        }
        if (source.many() != Many.ONE) {
            problems.add(
                    tag.at(),
                    "the tag " + Quoted.text(tag.value()) + " names {" + name + "}, which is a list",
                    "a key parameter with one value");
            return Optional.empty();
        }
        return Optional.of(found);
    }
}
