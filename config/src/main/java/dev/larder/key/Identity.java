package dev.larder.key;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who a visitor is: claims, never the credential.
 *
 * @param name the identity of the rules file by which they were recognised, e.g. {@code session}
 * @param scalars claims with one value, as text (a number in JSON equals its text)
 * @param arrays claims with a list of values
 */
public record Identity(String name, Map<String, String> scalars, Map<String, List<String>> arrays) {

    /** The text of a claim with one value, or null. */
    public @Nullable String claim(String claim) {
        return scalars.get(claim);
    }
}
