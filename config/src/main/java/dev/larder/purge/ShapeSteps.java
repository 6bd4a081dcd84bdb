package dev.larder.purge;

import dev.larder.key.KeyShape;
import dev.larder.rules.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A key shape as the steps in which a key of it is written, one after another: characters that always stand there, slots
 * for values, and, where unnamed query parameters join the key, a place where these stand.
 */
final class ShapeSteps {

    /** One step. */
    sealed interface Step {

        /** Exactly this character. */
        record Literal(char character) implements Step {}

        /** The value of a parameter: a run of what escaped values are made of, so never a colon. */
        record Slot(String parameter, Rules.KeySource source) implements Step {}

        /** What follows up to step {@code end} may be left out. */
        record Optional(int end) implements Step {}

        /** Any run of characters. */
        record Run() implements Step {}
    }

    /** What the name of an unnamed query parameter begins with in a key, and no other name does. */
    private static final String UNNAMED = "?";

    private final List<Step> steps = new ArrayList<>();

    private ShapeSteps() {}

    /**
     * The steps of a shape.
     *
     * @param fixed parameters whose slot holds this escaped value and no other
     */
    static ShapeSteps of(KeyShape shape, Map<String, String> fixed) {
        ShapeSteps written = new ShapeSteps();
        written.text(shape.route());
        boolean gapDue = shape.open();
        for (Map.Entry<String, Rules.KeySource> parameter : shape.parameters().entrySet()) {
            String name = parameter.getKey();
            if (gapDue && name.compareTo(UNNAMED) > 0) {
                written.gap();
                gapDue = false;
            }
            written.text(":" + name + ":");
            String value = fixed.get(name);
            if (value == null) {
                written.steps.add(new Step.Slot(name, parameter.getValue()));
            } else {
                written.text(value);
            }
        }
        if (gapDue) {
            written.gap();
        }
        return written;
    }

    /**
     * The steps of a tag, which is written as keys are: parts with colons between, each a text or a parameter in braces.
     *
     * @param shape of the keys of the route that has the tag
     */
    static ShapeSteps ofTag(String tag, KeyShape shape) {
        ShapeSteps written = new ShapeSteps();
        for (ValueTemplate.Part part : ValueTemplate.parse(tag).parts()) {
            if (part instanceof ValueTemplate.Part.Text text) {
                written.text(text.text());
            } else if (part instanceof ValueTemplate.Part.Variable variable) {
                String name = variable.name();
                written.steps.add(new Step.Slot(
                        name, Objects.requireNonNull(shape.parameters().get(name), name)));
            }
        }
        return written;
    }

    private void text(String text) {
        for (int i = 0; i < text.length(); i++) {
            steps.add(new Step.Literal(text.charAt(i)));
        }
    }

    /** Any number of unnamed parameters, {@code :?name:value} each, or none. They sort together. */
    private void gap() {
        steps.add(new Step.Optional(steps.size() + 4));
        text(":" + UNNAMED);
        steps.add(new Step.Run());
    }

    int size() {
        return steps.size();
    }

    Step get(int index) {
        return steps.get(index);
    }
}
