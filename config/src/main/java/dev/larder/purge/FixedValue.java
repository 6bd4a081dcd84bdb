package dev.larder.purge;

import dev.larder.key.CacheKey;
import dev.larder.key.KeyValues;
import dev.larder.rules.Rules;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The one value that a key parameter has in everything that an aim reaches. Pure. */
public sealed interface FixedValue {

    /** The variables that it depends on. */
    Set<String> variables();

    /**
     * The value as keys hold it, or empty where a variable is not given or the parameter's type does not take it.
     *
     * @param source the parameter
     * @param variables name to plain value
     */
    Optional<String> in(Rules.KeySource source, Map<String, String> variables);

    /**
     * A value as it stands in keys, already escaped.
     *
     * @param escaped the text between two colons of a key
     */
    record Literal(String escaped) implements FixedValue {

        /** What keys hold for a parameter that a request lacks and that has no default. */
        private static final String ABSENT = "!";

        @Override
        public Set<String> variables() {
            return Set.of();
        }

        @Override
        public Optional<String> in(Rules.KeySource source, Map<String, String> variables) {
            return canStandIn(source) ? Optional.of(escaped) : Optional.empty();
        }

        /** Whether some request gives the parameter this very text; {@code 01} never stands in a key for an int. */
        boolean canStandIn(Rules.KeySource source) {
            if (escaped.equals(ABSENT)) {
                return source.defaultValue().isEmpty();
            }
            if (source.many() == Rules.Many.ONE) {
                return isOneValue(escaped, source);
            }
            for (String element : escaped.split(",", -1)) {
                if (!isOneValue(element, source)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean isOneValue(String escaped, Rules.KeySource source) {
            return plain(escaped)
                    .flatMap(plain -> KeyValues.normalise(source, plain))
                    .map(CacheKey::escape)
                    .filter(escaped::equals)
                    .isPresent();
        }
    }

    /**
     * Text and variables put together.
     *
     * @param template its text plain, not escaped
     */
    record Composed(ValueTemplate template) implements FixedValue {

        @Override
        public Set<String> variables() {
            return template.variables();
        }

        @Override
        public Optional<String> in(Rules.KeySource source, Map<String, String> variables) {
            return template.fill(variables)
                    .flatMap(plain -> KeyValues.normalise(source, plain))
                    .map(CacheKey::escape);
        }
    }

    /** The plain text of an escaped one, or empty where it is not what escaping makes. */
    static Optional<String> plain(String escaped) {
        try {
            String plain = CacheKey.unescape(escaped);
            return CacheKey.escape(plain).equals(escaped) ? Optional.of(plain) : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
