package dev.larder.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A request target in origin form, decoded strictly: it says {@linkplain #doubt() in doubt} rather than guess how a
 * backend reads it. What is keyed is what is forwarded, so whatever two readers could take for different things is
 * never keyed. In a path that is not in doubt every text has one spelling, but for the case of hexadecimal digits.
 *
 * <p>Immutable and safe to share between threads. {@link #parse} looks at every character once; decoding waits until
 * somebody asks, and is skipped where there is nothing to decode.
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
    /** Where the query's question mark stands, or the length. */
    private final int pathEnd;
    /** Whether the path holds nothing that is decoded or in doubt. */
    private final boolean plainPath;
    /** Whether the query holds nothing that is decoded or in doubt. */
    private final boolean plainQuery;

    // Computed when first asked for. Threads that race for it compute the same immutable value, so that it does not
    // matter whose remains.
    private @Nullable DecodedPath path;
    private @Nullable DecodedQuery query;

    private Target(String raw, int pathEnd, boolean plainPath, boolean plainQuery) {
        this.raw = raw;
        this.pathEnd = pathEnd;
        this.plainPath = plainPath;
        this.plainQuery = plainQuery;
    }

    /** Decodes a target as it came in the request line; never fails. */
    public static Target parse(String raw) {
        int length = raw.length();
        boolean plainPath = length > 0 && raw.charAt(0) == '/';
        int i = 0;
        char before = 0;
        for (; i < length; i++) {
            char c = raw.charAt(i);
            if (c == '?') {
                break;
            }
            // An empty or dotted segment is looked at more closely, and so is what is not plain.
            plainPath &= (c == '/' || c == '.') ? before != '/' : Octets.isPlainInPath(c);
            before = c;
        }
        int pathEnd = i;
        boolean plainQuery = true;
        for (i++; i < length; i++) {
            plainQuery &= Octets.isPlainInQuery(raw.charAt(i));
        }
        return new Target(raw, pathEnd, plainPath, plainQuery);
    }

    /** As it came, path and query. */
    public String raw() {
        return raw;
    }

    /** The path as it came. */
    public String rawPath() {
        return raw.substring(0, pathEnd);
    }

    /** The query as it came, without the question mark; empty Optional where there is no question mark. */
    public Optional<String> rawQuery() {
        return pathEnd == raw.length() ? Optional.empty() : Optional.of(raw.substring(pathEnd + 1));
    }

    /** Why the path must not be keyed, e.g. {@code an encoded slash}, or empty where only one reading of it is possible. */
    public Optional<String> pathDoubt() {
        return plainPath ? Optional.empty() : Optional.ofNullable(path().doubt());
    }

    /** Why the query must not be keyed, or empty where only one reading of it is possible. */
    public Optional<String> queryDoubt() {
        return plainQuery ? Optional.empty() : Optional.ofNullable(query().doubt());
    }

    /** Either doubt, the path's first. */
    public Optional<String> doubt() {
        return plainPath && plainQuery ? Optional.empty() : pathDoubt().or(this::queryDoubt);
    }

    /**
     * The decoded segments of a path that is not in doubt; {@code /} is no segment, a trailing slash an empty last one.
     * Of a path in doubt they are the segments as they came, undecoded: good for a message, never for a decision.
     */
    public List<String> segments() {
        return path().segments();
    }

    /**
     * Every way in which some server could read a path in doubt, as decoded segments; exactly {@link #segments()} where
     * there is no doubt. Empty where there are too many to list: then any template may match.
     */
    public List<List<String>> readings() {
        return pathDoubt().isEmpty() ? List.of(segments()) : PathReadings.of(rawPath());
    }

    /**
     * The parameters of the query in order, decoded; empty pieces between two ampersands are none. Where the query is in
     * doubt they are one reading of several.
     */
    public List<Parameter> parameters() {
        return pathEnd == raw.length() ? List.of() : query().parameters();
    }

    /**
     * The same target without the parameters whose decoded name {@code dropped} accepts; what remains is the same byte
     * for byte, and a question mark that nothing follows any more is dropped as well.
     */
    public Target withoutParameters(Predicate<String> dropped) {
        if (pathEnd == raw.length() || (plainQuery && namesNone(dropped))) {
            return this;
        }
        List<String> kept = new ArrayList<>();
        boolean all = true;
        for (int start = pathEnd + 1; start <= raw.length(); ) {
            int end = DecodedQuery.pieceEnd(raw, start);
            if (end > start && dropped.test(DecodedQuery.name(raw, start, end))) {
                all = false;
            } else {
                kept.add(raw.substring(start, end));
            }
            start = end + 1;
        }
        if (all) {
            return this;
        }
        String query = String.join("&", kept);
        return parse(query.isEmpty() ? rawPath() : rawPath() + '?' + query);
    }

    private boolean namesNone(Predicate<String> sought) {
        for (Parameter parameter : parameters()) {
            if (sought.test(parameter.name())) {
                return false;
            }
        }
        return true;
    }

    private DecodedPath path() {
        DecodedPath decoded = path;
        if (decoded == null) {
            decoded = plainPath ? DecodedPath.plain(raw, pathEnd) : DecodedPath.of(raw, pathEnd);
            path = decoded;
        }
        return decoded;
    }

    private DecodedQuery query() {
        DecodedQuery decoded = query;
        if (decoded == null) {
            decoded = plainQuery ? DecodedQuery.plain(raw, pathEnd + 1) : DecodedQuery.of(raw, pathEnd + 1);
            query = decoded;
        }
        return decoded;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Target target && raw.equals(target.raw);
    }

    @Override
    public int hashCode() {
        return raw.hashCode();
    }

    /** The path only: a query may hold personal values. */
    @Override
    public String toString() {
        return "Target[" + rawPath() + (pathEnd == raw.length() ? "]" : "?…]");
    }

    /** A path, decoded or in doubt. */
    private record DecodedPath(
            List<String> segments, @Nullable String doubt) {

        /** Of a path that is plain throughout. */
        static DecodedPath plain(String raw, int end) {
            return new DecodedPath(split(raw, end), null);
        }

        static DecodedPath of(String raw, int end) {
            List<String> rawSegments = split(raw, end);
            if (end == 0 || raw.charAt(0) != '/') {
                return new DecodedPath(rawSegments, "a path that does not begin with a slash");
            }
            List<String> segments = new ArrayList<>(rawSegments.size());
            for (int i = 0; i < rawSegments.size(); i++) {
                String segment = rawSegments.get(i);
                if (segment.equals(".") || segment.equals("..")) {
                    return new DecodedPath(rawSegments, "a dot segment");
                }
                // RFC 3986 lets a segment be empty; servers merge it, redirect, or take it for the start of a host.
                if (segment.isEmpty() && (i < rawSegments.size() - 1 || i == 0)) {
                    return new DecodedPath(rawSegments, "an empty segment");
                }
                StringBuilder text = new StringBuilder(segment.length());
                String doubt = StrictDecoder.decodeSegment(segment, text);
                if (doubt != null) {
                    return new DecodedPath(rawSegments, doubt);
                }
                segments.add(text.toString());
            }
            return new DecodedPath(Collections.unmodifiableList(segments), null);
        }

        private static List<String> split(String raw, int end) {
            if (end <= 1) {
                return List.of();
            }
            List<String> segments = new ArrayList<>(8);
            int start = 1;
            for (int i = 1; i < end; i++) {
                if (raw.charAt(i) == '/') {
                    segments.add(raw.substring(start, i));
                    start = i + 1;
                }
            }
            segments.add(raw.substring(start, end));
            return Collections.unmodifiableList(segments);
        }
    }

    /** A query, decoded, and whether it is in doubt. */
    private record DecodedQuery(
            List<Parameter> parameters, @Nullable String doubt) {

        /** Of a query that is plain throughout. */
        static DecodedQuery plain(String raw, int from) {
            List<Parameter> parameters = new ArrayList<>(4);
            for (int start = from; start < raw.length(); ) {
                int end = pieceEnd(raw, start);
                int equals = equalsSign(raw, start, end);
                if (end > start) {
                    boolean bare = equals == end;
                    parameters.add(new Parameter(
                            raw.substring(start, equals), bare ? "" : raw.substring(equals + 1, end), bare));
                }
                start = end + 1;
            }
            return new DecodedQuery(Collections.unmodifiableList(parameters), null);
        }

        static DecodedQuery of(String raw, int from) {
            List<Parameter> parameters = new ArrayList<>(4);
            String doubt = null;
            for (int start = from; start < raw.length(); ) {
                int end = pieceEnd(raw, start);
                int equals = equalsSign(raw, start, end);
                // Every parser in use skips an empty piece, so that it makes no two readings of any parameter.
                if (end > start) {
                    boolean bare = equals == end;
                    StringBuilder name = new StringBuilder();
                    StringBuilder value = new StringBuilder();
                    String nameDoubt = StrictDecoder.decodeQueryPart(raw, start, equals, name);
                    String valueDoubt = bare ? null : StrictDecoder.decodeQueryPart(raw, equals + 1, end, value);
                    String first = nameDoubt != null ? nameDoubt : valueDoubt;
                    doubt = doubt != null ? doubt : first;
                    parameters.add(new Parameter(
                            nameDoubt == null ? name.toString() : name(raw, start, end),
                            valueDoubt == null
                                    ? value.toString()
                                    : LenientDecoder.decodeQueryPart(raw.substring(equals + 1, end)),
                            bare));
                }
                start = end + 1;
            }
            return new DecodedQuery(Collections.unmodifiableList(parameters), doubt);
        }

        static int pieceEnd(String raw, int start) {
            int ampersand = raw.indexOf('&', start);
            return ampersand < 0 ? raw.length() : ampersand;
        }

        /** Where the name of the piece ends: at its first equals sign, or at its end. */
        private static int equalsSign(String raw, int start, int end) {
            for (int i = start; i < end; i++) {
                if (raw.charAt(i) == '=') {
                    return i;
                }
            }
            return end;
        }

        /** The decoded name of one piece. */
        static String name(String raw, int start, int end) {
            return LenientDecoder.decodeQueryPart(raw.substring(start, equalsSign(raw, start, end)));
        }
    }
}
