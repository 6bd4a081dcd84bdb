package dev.larder.store;

import dev.larder.http.Fields;
import dev.larder.key.CacheKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The selecting fields of a stored response (RFC 9111 section 4.1): the lower-case, sorted names that its Vary lists.
 * Immutable.
 *
 * @param names without duplicates; {@code *} among them where nothing ever matches
 */
public record Vary(List<String> names) {

    /** No selecting fields: any request matches. */
    public static final Vary NONE = new Vary(List.of());

    /** A longer variant name is replaced by its hash. */
    private static final int LONGEST_VARIANT = 200;

    public Vary {
        names = List.copyOf(names);
    }

    /** What the Vary lines of a response list. */
    public static Vary of(Fields response) {
        return response.contains("vary") ? of(response.members("vary")) : NONE;
    }

    /** These names, in whatever case and order. */
    public static Vary of(List<String> members) {
        if (members.isEmpty()) {
            return NONE;
        }
        return new Vary(members.stream()
                .map(member -> member.toLowerCase(Locale.ROOT))
                .distinct()
                .sorted()
                .toList());
    }

    /** Whether no request ever matches (RFC 9111 section 4.1: {@code Vary: *}). */
    public boolean matchesNothing() {
        return names.contains("*");
    }

    /** Whether two requests have the same selecting fields, blanks around list members aside. */
    public boolean matches(Fields stored, Fields presented) {
        if (names.isEmpty()) {
            return true;
        }
        for (String name : names) {
            String before = normalised(stored, name);
            String now = normalised(presented, name);
            if (before == null ? now != null : !before.equals(now)) {
                return false;
            }
        }
        return !matchesNothing();
    }

    /**
     * A name for the responses that the same values of these fields choose: {@code name:value} of each field that the
     * request has, escaped as in keys; a hash where that is long. Empty where the request has none of them.
     */
    public String variant(Fields request) {
        if (names.isEmpty()) {
            return "";
        }
        StringBuilder variant = new StringBuilder();
        for (String name : names) {
            String value = normalised(request, name);
            if (value != null) {
                variant.append(variant.isEmpty() ? "" : ":");
                variant.append(CacheKey.escape(name)).append(':').append(CacheKey.escape(value));
            }
        }
        return variant.length() <= LONGEST_VARIANT ? variant.toString() : "sha256:" + sha256(variant.toString());
    }

    /** The combined lines of a field with the blanks between members made alike; null where there is none. */
    private static @Nullable String normalised(Fields request, String name) {
        String combined = request.combined(name);
        if (combined == null || combined.indexOf(',') < 0) {
            return combined == null ? null : combined.strip();
        }
        StringBuilder members = new StringBuilder(combined.length());
        for (String member : combined.split(",", -1)) {
            members.append(members.isEmpty() ? "" : ",").append(member.strip());
        }
        return members.toString();
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
