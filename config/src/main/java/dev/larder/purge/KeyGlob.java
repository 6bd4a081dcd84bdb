package dev.larder.purge;

import dev.larder.key.KeyShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * A glob over keys, with {@code {variables}}: {@code user:courses:*:userId:{b}}. {@code *} stands for any run of
 * characters, colons included; a variable for a value, so for a run without a colon.
 *
 * <p>A purge by glob never looks at stored keys. Instead the glob is laid over the shape of every route's keys when the
 * rules are compiled, and what comes out is, for each route that it can match, the parameters that have one and the same
 * value in <em>every</em> key that it matches there. These make a group; whatever equality cannot express is left out of
 * it, and so purges more, never less. Immutable, pure.
 */
public final class KeyGlob {

    /** One element of a glob. */
    sealed interface Token {

        /** This character. */
        record Literal(char character) implements Token {}

        /** Any run of characters. */
        record Star() implements Token {}

        /** A variable's value, escaped. */
        record Variable(String name) implements Token {}
    }

    private final String text;
    private final Set<String> variables;
    private final List<Token> tokens;

    private KeyGlob(String text, ValueTemplate template) {
        this.text = text;
        this.variables = template.variables();
        this.tokens = tokens(template);
    }

    /** A glob as a purge writes it. Never fails: what is no glob matches no key. */
    public static KeyGlob parse(String text) {
        return new KeyGlob(text, ValueTemplate.parse(text));
    }

    private static List<Token> tokens(ValueTemplate template) {
        List<Token> tokens = new ArrayList<>();
        for (ValueTemplate.Part part : template.parts()) {
            if (part instanceof ValueTemplate.Part.Variable variable) {
                tokens.add(new Token.Variable(variable.name()));
            } else if (part instanceof ValueTemplate.Part.Text plain) {
                for (char character : plain.text().toCharArray()) {
                    tokens.add(character == '*' ? new Token.Star() : new Token.Literal(character));
                }
            }
        }
        return List.copyOf(tokens);
    }

    /** As it was written. */
    public String text() {
        return text;
    }

    /** The variables it names. */
    public Set<String> variables() {
        return variables;
    }

    /**
     * What it fixes in keys of a shape: for every key of the shape that it matches, whatever the variables hold, each of
     * these parameters has this value. Empty where it matches no key of the shape.
     */
    public Optional<SortedMap<String, FixedValue>> over(KeyShape shape) {
        return new GlobWalk(tokens, ShapeSteps.of(shape, Map.of())).fixed();
    }

    /**
     * The same over what a tag of a route can be: which key parameters are fixed in everything that has a tag that it
     * matches. Empty where it matches none.
     *
     * @param tag texts and parameters of the shape in braces, with colons between
     */
    Optional<SortedMap<String, FixedValue>> overTag(String tag, KeyShape shape) {
        return new GlobWalk(tokens, ShapeSteps.ofTag(tag, shape)).fixed();
    }

    /**
     * Whether it can match a key of the shape.
     *
     * @param fixed the key's parameters that are known to hold these escaped values
     */
    public boolean meets(KeyShape shape, Map<String, String> fixed) {
        return new GlobWalk(tokens, ShapeSteps.of(shape, fixed)).fixed().isPresent();
    }

    @Override
    public String toString() {
        return text;
    }
}
