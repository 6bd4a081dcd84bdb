package dev.larder.http;

import java.util.List;
import java.util.Optional;

/**
 * A request target in origin form, decoded strictly: it says {@linkplain #doubt() in doubt} rather than guess how a
 * backend reads it. What is keyed is what is forwarded, so whatever two readers could take for different things is
 * never keyed. Immutable.
 *
 * <p>Skeleton: the real decoding lands with the route and key work.
 */
public final class Target {

    /**
     * One {@code name=value} of the query, decoded.
     *
     * @param name the decoded name
     * @param value the decoded value; empty for {@code name=} and for a bare {@code name}
     * @param bare whether there was no equals sign
     */
    public record Parameter(String name, String value, boolean bare) {}

    private final String raw;

    private Target(String raw) {
        this.raw = raw;
    }

    /** Decodes a target as it came in the request line; never fails. */
    public static Target parse(String raw) {
        return new Target(raw);
    }

    /** As it came, path and query. */
    public String raw() {
        return raw;
    }

    /** The path as it came. */
    public String rawPath() {
        int question = raw.indexOf('?');
        return question < 0 ? raw : raw.substring(0, question);
    }

    /** The query as it came, without the question mark; empty Optional where there is no question mark. */
    public Optional<String> rawQuery() {
        int question = raw.indexOf('?');
        return question < 0 ? Optional.empty() : Optional.of(raw.substring(question + 1));
    }

    /** Why the path must not be keyed, or empty where only one reading of it is possible. */
    public Optional<String> pathDoubt() {
        return Optional.empty();
    }

    /** Why the query must not be keyed, or empty where only one reading of it is possible. */
    public Optional<String> queryDoubt() {
        return Optional.empty();
    }

    /** Either doubt, the path's first. */
    public Optional<String> doubt() {
        return pathDoubt().or(this::queryDoubt);
    }

    /** The decoded segments of a path that is not in doubt; {@code /} is no segment, a trailing slash an empty last one. */
    public List<String> segments() {
        throw new UnsupportedOperationException("skeleton");
    }

    /**
     * Every way in which some server could read a path in doubt, as decoded segments; exactly {@link #segments()} where
     * there is no doubt. Empty where there are too many to list: then any template may match.
     */
    public List<List<String>> readings() {
        throw new UnsupportedOperationException("skeleton");
    }

    /** The parameters of the query in order, decoded; only meaningful where the query is not in doubt. */
    public List<Parameter> parameters() {
        throw new UnsupportedOperationException("skeleton");
    }
}
