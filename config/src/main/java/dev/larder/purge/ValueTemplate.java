package dev.larder.purge;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with {@code {variable}}s, as purges write it. Immutable.
 *
 * @param parts what it is put together from, in order
 */
public record ValueTemplate(List<Part> parts) {

    private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z0-9_.~-]+)\\}");

    /** A piece of it. */
    public sealed interface Part {

        /** Text that stands for itself. */
        record Text(String text) implements Part {}

        /** What a variable holds. */
        record Variable(String name) implements Part {}
    }

    /** Copies the list. */
    public ValueTemplate {
        parts = List.copyOf(parts);
    }

    /** Splits at the variables; a brace that belongs to none stands for itself. Never fails. */
    public static ValueTemplate parse(String text) {
        List<Part> parts = new ArrayList<>();
        Matcher variables = VARIABLE.matcher(text);
        int from = 0;
        while (variables.find()) {
            if (variables.start() > from) {
                parts.add(new Part.Text(text.substring(from, variables.start())));
            }
            parts.add(new Part.Variable(text.substring(variables.start() + 1, variables.end() - 1)));
            from = variables.end();
        }
        if (from < text.length()) {
            parts.add(new Part.Text(text.substring(from)));
        }
        return new ValueTemplate(parts);
    }

    /** The variables it names. */
    public Set<String> variables() {
        Set<String> names = new LinkedHashSet<>();
        for (Part part : parts) {
            if (part instanceof Part.Variable variable) {
                names.add(variable.name());
            }
        }
        return names;
    }

    /** The text with every variable filled in, or empty where one of them is not given. */
    public Optional<String> fill(Map<String, String> variables) {
        StringBuilder filled = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Part.Text text) {
                filled.append(text.text());
            } else if (part instanceof Part.Variable variable) {
                String value = variables.get(variable.name());
                if (value == null) {
                    return Optional.empty();
                }
                filled.append(value);
            }
        }
        return Optional.of(filled.toString());
    }
}
