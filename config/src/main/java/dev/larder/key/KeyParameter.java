package dev.larder.key;

import dev.larder.rules.Rules.KeySource;
import dev.larder.rules.Rules.Many;
import dev.larder.rules.Rules.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One parameter of a route's keys.
 *
 * @param name its name
 * @param source where it is read, and how it is normalised
 * @param absent its form in a key where the request has no value: the default's, or the mark of absence
 */
record KeyParameter(String name, KeySource source, String absent) {

    static KeyParameter of(String name, KeySource source) {
        return new KeyParameter(
                name,
                source,
                source.defaultValue()
                        .map(value -> defaultForm(name, source, value))
                        .orElse(CacheKey.ABSENT));
    }

    Source from() {
        return source.from().value();
    }

    boolean isList() {
        return source.many() != Many.ONE;
    }

    /** Why these values cannot be in a key, or null where they can. */
    @Nullable
    BypassReason refusal(List<String> values) {
        for (String value : values) {
            BypassReason refusal = KeyValues.refusal(source, KeyValues.fold(source, value));
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    /** The form in a key of values that are not refused: normalised, escaped, joined. */
    String form(List<String> values) {
        if (values.isEmpty()) {
            return absent;
        }
        if (values.size() == 1) {
            return CacheKey.escape(KeyValues.fold(source, values.get(0)));
        }
        List<String> folded = new ArrayList<>(values.size());
        for (String value : values) {
            folded.add(KeyValues.fold(source, value));
        }
        if (source.many() == Many.SORTED) {
            Collections.sort(folded);
        }
        StringBuilder joined = new StringBuilder(CacheKey.escape(folded.get(0)));
        for (String value : folded.subList(1, folded.size())) {
            joined.append(CacheKey.LIST_SEPARATOR).append(CacheKey.escape(value));
        }
        return joined.toString();
    }

    private static String defaultForm(String name, KeySource source, String value) {
        return CacheKey.escape(KeyValues.normalise(source, value)
                .orElseThrow(() -> new IllegalArgumentException("default of " + name + " is \"" + value
                        + "\"; expected a value of its own type and within its own bounds")));
    }
}
