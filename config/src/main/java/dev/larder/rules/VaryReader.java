package dev.larder.rules;

import dev.larder.rules.Rules.VaryRule;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The field {@code vary} of a route. */
final class VaryReader {

    /** Names of fields are tokens (RFC 9110 section 5.6.2). */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'+.^_`|~-]+");

    private static final Set<String> CREDENTIALS = Set.of("cookie", "authorization");

    /** What a fetch to be stored leaves out: no two of its answers could differ by it. */
    private static final Set<String> LEFT_OUT = Set.of(
            "cookie",
            "authorization",
            "proxy-authorization",
            "if-match",
            "if-none-match",
            "if-modified-since",
            "if-unmodified-since",
            "if-range",
            "range");

    private final Problems problems;

    VaryReader(Problems problems) {
        this.problems = problems;
    }

    /**
     * What the route says.
     *
     * @param identityUsed whether the identity is in its key or access: then a credential may be ignored
     */
    VaryRule read(SectionReader route, boolean identityUsed) {
        return route.section("vary", Grammar.VARY)
                .map(vary -> rule(vary, identityUsed))
                .orElse(VaryRule.NONE);
    }

    private VaryRule rule(SectionReader vary, boolean identityUsed) {
        Set<String> add = new LinkedHashSet<>();
        for (Located<String> name : vary.texts("add")) {
            if (isField(vary, "add", name)) {
                if (LEFT_OUT.contains(lower(name))) {
                    vary.problem(
                            "add",
                            name,
                            "a field that a fetch to be stored carries; a cookie or a claim can be in key",
                            Optional.empty());
                }
                add.add(lower(name));
            }
        }
        Set<String> ignore = new LinkedHashSet<>();
        for (Located<String> name : vary.texts("ignore")) {
            if (isField(vary, "ignore", name)) {
                if (CREDENTIALS.contains(lower(name)) && !identityUsed) {
                    vary.problem(
                            "ignore",
                            name,
                            "the identity in key or access first, or visitors would share what differs between them",
                            Optional.empty());
                } else if (add.contains(lower(name))) {
                    problems.add(
                            name.at(),
                            vary.what("ignore") + " and " + vary.what("add") + " both have "
                                    + Quoted.text(name.value()),
                            "it in one of them");
                }
                ignore.add(lower(name));
            }
        }
        return new VaryRule(Collections.unmodifiableSet(add), Collections.unmodifiableSet(ignore));
    }

    private static boolean isField(SectionReader vary, String field, Located<String> name) {
        if (!TOKEN.matcher(name.value()).matches()) {
            vary.problem(field, name, "the name of a request field, e.g. Accept-Language", Optional.empty());
            return false;
        }
        return true;
    }

    private static String lower(Located<String> name) {
        return name.value().toLowerCase(Locale.ROOT);
    }
}
