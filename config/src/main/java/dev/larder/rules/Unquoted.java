package dev.larder.rules;

import java.util.Optional;

/** A {@code {name}} without quotes that YAML did accept, but as a map with an empty value. Pure. */
final class Unquoted {

    private Unquoted() {}

    /** Notes the problem, if that is what this node is. */
    static boolean report(YamlNode node, Problems problems) {
        Optional<String> meant = template(node);
        meant.ifPresent(text -> problems.add(
                node.at(),
                text + " stands without quotes, and YAML reads its braces as a map",
                "quotes: \"" + text + "\""));
        return meant.isPresent();
    }

    /** The text that was meant: {@code a:{b}} in a flow list is the map a to the map b to nothing. */
    private static Optional<String> template(YamlNode node) {
        if (!(node instanceof YamlNode.Mapping mapping)
                || !mapping.flow()
                || mapping.entries().size() != 1) {
            return Optional.empty();
        }
        YamlNode.Entry only = mapping.entries().get(0);
        if (only.value() instanceof YamlNode.Scalar scalar) {
            boolean name = scalar.isEmpty() && only.key().matches("[A-Za-z_][\\w.-]*\\*?");
            // In "{name: }" there is a colon between name and nothing, in "{name}" there is not even that.
            boolean colon =
                    scalar.at().column() > only.at().column() + only.key().length();
            return name && !colon ? Optional.of("{" + only.key() + "}") : Optional.empty();
        }
        boolean joined = only.at().compareTo(mapping.at()) == 0;
        return joined ? template(only.value()).map(inner -> only.key() + ":" + inner) : Optional.empty();
    }
}
