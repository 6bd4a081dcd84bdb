package dev.larder.policy;

import dev.larder.http.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a response says to caches like larder alone: CDN-Cache-Control (RFC 9213), else Surrogate-Control (the W3C's Edge
 * Architecture note). Pure.
 *
 * <p>CDN-Cache-Control is a structured field: one that is no dictionary says nothing at all (RFC 9213 section 2.1). Of
 * Surrogate-Control, which was never that strict, whatever is not for larder or not known here is passed over; one of
 * which nothing remains says nothing.
 */
final class TargetedControl {

    private static final String BARE_ITEM = "(?:-?[0-9]{1,12}\\.[0-9]{1,3}|-?[0-9]{1,15}"
            + "|\"(?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*+\""
            + "|[A-Za-z*][-!#$%&'*+.^_`|~0-9A-Za-z:/]*+"
            + "|:[A-Za-z0-9+/=]*+:|\\?[01])";
    private static final String NAME = "[a-z*][-a-z0-9_.*]*+";
    private static final String PARAMETERS = "(?:; *+" + NAME + "(?:=" + BARE_ITEM + ")?+)*+";
    private static final String INNER_LIST = "\\( *+(?:" + BARE_ITEM + PARAMETERS + "(?: ++|(?=\\))))*+\\)";

    /** RFC 8941 section 4.2.2. */
    private static final Pattern MEMBER =
            Pattern.compile("(" + NAME + ")(?:=(" + BARE_ITEM + "|" + INNER_LIST + "))?+" + PARAMETERS);

    private static final Pattern COMMA = Pattern.compile("[ \t]*+,[ \t]*+");

    /** A longer field is no honest one, and says nothing. */
    private static final int LONGEST = 2048;

    private TargetedControl() {}

    /** The directives of whichever field counts; empty where neither says anything to larder. */
    static Optional<List<CacheControl.Directive>> of(Fields response) {
        String cdn = response.combined("cdn-cache-control");
        Optional<List<CacheControl.Directive>> said = cdn == null ? Optional.empty() : dictionary(cdn.strip());
        String surrogate = response.combined("surrogate-control");
        return said.isPresent() || surrogate == null ? said : surrogate(surrogate);
    }

    private static Optional<List<CacheControl.Directive>> dictionary(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return Optional.empty();
        }
        Map<String, String> members = new LinkedHashMap<>();
        Matcher member = MEMBER.matcher(text);
        Matcher comma = COMMA.matcher(text);
        int at = 0;
        while (true) {
            if (!member.region(at, text.length()).lookingAt()) {
                return Optional.empty();
            }
            // Of a name that is there twice the last value counts (RFC 8941 section 3.2).
            members.put(member.group(1), member.group(2) == null ? "?1" : member.group(2));
            if (member.end() == text.length()) {
                return Optional.of(directives(members));
            }
            if (!comma.region(member.end(), text.length()).lookingAt()) {
                return Optional.empty();
            }
            at = comma.end();
        }
    }

    /** A lifetime of another type than an integer stays as it is, and so counts as 0. */
    private static List<CacheControl.Directive> directives(Map<String, String> members) {
        List<CacheControl.Directive> directives = new ArrayList<>();
        members.forEach((name, value) -> {
            if (value.equals("?1")) {
                directives.add(new CacheControl.Directive(name, null));
            } else if (!value.equals("?0")) {
                directives.add(new CacheControl.Directive(name, value));
            }
        });
        return directives;
    }

    /** {@code max-age=3600+600;target, no-store}: without a target it is for every surrogate. */
    private static Optional<List<CacheControl.Directive>> surrogate(String text) {
        List<CacheControl.Directive> directives = new ArrayList<>();
        for (String member : text.split(",", -1)) {
            int semicolon = member.indexOf(';');
            String target = semicolon < 0 ? "" : member.substring(semicolon + 1).strip();
            String directive = (semicolon < 0 ? member : member.substring(0, semicolon))
                    .strip()
                    .toLowerCase(Locale.ROOT);
            if (!target.isEmpty() && !target.equalsIgnoreCase(SurrogateCapability.DEVICE)) {
                continue;
            }
            if (directive.equals("no-store")) {
                directives.add(new CacheControl.Directive("no-store", null));
            } else if (directive.startsWith("max-age=")) {
                String seconds = directive.substring("max-age=".length());
                int extension = seconds.indexOf('+');
                directives.add(new CacheControl.Directive(
                        "max-age", extension < 0 ? seconds : seconds.substring(0, extension)));
            }
        }
        return directives.isEmpty() ? Optional.empty() : Optional.of(directives);
    }
}
