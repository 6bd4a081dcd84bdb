package dev.larder.identity;

import dev.larder.identity.JsonDocument.Pointer;
import dev.larder.key.Identity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the claims of a visitor out of JSON. Immutable. What a claim may hold is bounded, since it is kept in memory: a
 * claim beyond that is absent, and so satisfies no rule.
 */
final class ClaimReader {

    private static final int LONGEST_CLAIM = 1024;
    private static final int MOST_ELEMENTS = 256;

    private final String identity;
    private final Map<String, Pointer> pointers = new LinkedHashMap<>();

    /** Claims by name, each with its JSON pointer. */
    ClaimReader(String identity, Map<String, String> claims) {
        this.identity = identity;
        claims.forEach((claim, pointer) -> pointers.put(claim, Pointer.compile(pointer)));
    }

    /** Whoever the document describes; without claims where none of them is in it. */
    Identity read(JsonDocument document) {
        Map<String, String> scalars = new LinkedHashMap<>();
        Map<String, List<String>> arrays = new LinkedHashMap<>();
        pointers.forEach((claim, pointer) -> {
            Object value = document.at(pointer);
            if (value instanceof List<?> elements) {
                if (elements.size() <= MOST_ELEMENTS) {
                    arrays.put(claim, texts(elements));
                }
                return;
            }
            String text = value == null ? null : bounded(value);
            if (text != null) {
                scalars.put(claim, text);
            }
        });
        return new Identity(identity, Map.copyOf(scalars), Map.copyOf(arrays));
    }

    private static List<String> texts(List<?> elements) {
        List<String> texts = new ArrayList<>(elements.size());
        for (Object element : elements) {
            String text = bounded(element);
            if (text != null) {
                texts.add(text);
            }
        }
        return List.copyOf(texts);
    }

    private static @Nullable String bounded(Object value) {
        String text = JsonDocument.text(value);
        return text == null || text.length() > LONGEST_CLAIM ? null : text;
    }
}
