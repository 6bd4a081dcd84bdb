package dev.larder.key;

import dev.larder.http.Cookies;
import dev.larder.http.Cookies.Cookie;
import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.Target.Parameter;
import dev.larder.rules.Rules.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of a key's parameters from one request, and refuses where servers could read different ones. Made for
 * one derivation and confined to its thread.
 */
final class ValueReader {

    private final RequestHead request;
    private final Map<String, String> pathVariables;
    private final @Nullable Identity identity;
    /** What the last successful {@link #read} found. */
    private List<String> values = List.of();

    private @Nullable Cookies cookies;

    ValueReader(RequestHead request, Map<String, String> pathVariables, @Nullable Identity identity) {
        this.request = request;
        this.pathVariables = pathVariables;
        this.identity = identity;
    }

    /** The values that were read, as they came; empty where the request has none. */
    List<String> values() {
        return values;
    }

    /** Reads a parameter's values; returns why that cannot be done, or null. */
    @Nullable
    BypassReason read(KeyParameter parameter) {
        Source from = parameter.from();
        if (from instanceof Source.Query query) {
            return readQuery(query.name(), parameter.isList());
        }
        if (from instanceof Source.Path path) {
            values = List.of(
                    Objects.requireNonNull(pathVariables.get(path.name()), "a variable of the template is missing"));
            return null;
        }
        if (from instanceof Source.Claim claim) {
            return readClaim(claim.name(), parameter.isList());
        }
        if (from instanceof Source.Header header) {
            return readHeader(header.name(), parameter.isList());
        }
        return readCookie(((Source.Cookie) from).name(), parameter.isList());
    }

    private @Nullable BypassReason readQuery(String name, boolean list) {
        List<String> found = List.of();
        for (Parameter parameter : request.target().parameters()) {
            if (!parameter.name().equals(name)) {
                continue;
            }
            // For some backends a name without an equals sign is an empty text, for others nothing, for others true.
            if (parameter.bare() || (!list && !found.isEmpty())) {
                return BypassReason.AMBIGUOUS_QUERY;
            }
            found = with(found, parameter.value());
        }
        values = found;
        return null;
    }

    private @Nullable BypassReason readClaim(String name, boolean list) {
        if (identity == null) {
            return BypassReason.NO_IDENTITY;
        }
        String scalar = identity.claim(name);
        List<String> array = list ? identity.arrays().get(name) : null;
        if (scalar != null) {
            values = List.of(scalar);
        } else if (array != null) {
            values = array;
        } else {
            return BypassReason.IDENTITY_CLAIM;
        }
        return null;
    }

    private @Nullable BypassReason readHeader(String name, boolean list) {
        Fields fields = request.fields();
        List<String> lines = fields.all(name);
        if (!list) {
            values = lines;
            return lines.size() > 1 ? BypassReason.AMBIGUOUS_FIELD : null;
        }
        for (String line : lines) {
            // A comma in quotes separates for some readers.
            if (line.indexOf('"') >= 0) {
                return BypassReason.AMBIGUOUS_FIELD;
            }
        }
        List<String> members = fields.members(name);
        values = members.isEmpty() && !lines.isEmpty() ? List.of("") : members;
        return null;
    }

    private @Nullable BypassReason readCookie(String name, boolean list) {
        if (cookies == null) {
            cookies = Cookies.parse(request.fields());
        }
        if (cookies.malformed()) {
            return BypassReason.AMBIGUOUS_FIELD;
        }
        List<String> found = List.of();
        for (Cookie cookie : cookies.list()) {
            if (!cookie.name().equalsIgnoreCase(name)) {
                continue;
            }
            // Names of cookies are case-sensitive, yet not for every framework.
            if (!cookie.name().equals(name) || (!list && !found.isEmpty())) {
                return BypassReason.AMBIGUOUS_FIELD;
            }
            found = with(found, cookie.value());
        }
        values = found;
        return null;
    }

    /** One more value; most lists have one, and need no growing. */
    private static List<String> with(List<String> found, String value) {
        if (found.isEmpty()) {
            return List.of(value);
        }
        List<String> longer = found.size() == 1 ? new ArrayList<>(found) : found;
        longer.add(value);
        return longer;
    }
}
