package dev.larder.policy;

import dev.larder.http.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directives of all Cache-Control lines of a message (RFC 9111 section 5.2). Immutable.
 *
 * <p>Read so that doubt makes a response less reusable, never more (section 4.2.1): of a directive that is there twice
 * the most restrictive value counts, a lifetime that is no number is 0, and a directive that forbids counts with
 * whatever argument it has, so {@code private="set-cookie"} is {@code private}.
 */
public final class CacheControl {

    /** No directives. */
    public static final CacheControl NONE = new CacheControl(List.of());

    /** Greater lifetimes than this count as this (RFC 9111 section 1.2.2). */
    static final long GREATEST_SECONDS = 1L << 31;

    private static final Set<String> FORBIDDING = Set.of("no-store", "private", "no-cache");

    /** One directive: its name in lower case, and its argument without quotes. */
    record Directive(String name, @Nullable String value) {}

    private final List<Directive> directives;
    private final boolean targeted;

    private CacheControl(List<Directive> directives) {
        this(directives, false);
    }

    private CacheControl(List<Directive> directives, boolean targeted) {
        this.directives = directives;
        this.targeted = targeted;
    }

    /** The directives of these fields' Cache-Control lines. */
    public static CacheControl of(Fields fields) {
        List<String> lines = fields.all("cache-control");
        if (lines.isEmpty()) {
            return NONE;
        }
        List<Directive> directives = new ArrayList<>();
        for (String line : lines) {
            parse(line, directives);
        }
        return new CacheControl(directives);
    }

    /**
     * What a response says to larder about its lifetime: the field that is meant for caches like larder alone, where there
     * is one, in place of Cache-Control and Expires (RFC 9213 section 2.2).
     */
    static CacheControl governing(Fields response) {
        return TargetedControl.of(response)
                .map(directives -> new CacheControl(directives, true))
                .orElseGet(() -> of(response));
    }

    /** All that a response says, to anybody: what one field forbids no other one allows. */
    static CacheControl combined(Fields response) {
        CacheControl said = of(response);
        Optional<List<Directive>> targeted = TargetedControl.of(response);
        if (targeted.isEmpty()) {
            return said;
        }
        List<Directive> all = new ArrayList<>(said.directives);
        all.addAll(targeted.get());
        return new CacheControl(all);
    }

    /** Whether this was said to larder in a field that puts Cache-Control and Expires out of force. */
    boolean isTargeted() {
        return targeted;
    }

    /** Whether the directive is there, with an argument or without; {@code name} is in lower case. */
    public boolean has(String name) {
        for (Directive directive : directives) {
            if (directive.name.equals(name)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The least of a directive's values in seconds, at most 2^31; 0 where one is no number of seconds. Empty where the
     * directive is not there. For lifetimes and windows, of which the shortest is the most restrictive.
     */
    public OptionalLong leastSeconds(String name) {
        OptionalLong least = OptionalLong.empty();
        for (Directive directive : directives) {
            if (directive.name.equals(name)) {
                long seconds = directive.value == null
                        ? 0
                        : deltaSeconds(directive.value).orElse(0);
                least = OptionalLong.of(Math.min(seconds, least.orElse(seconds)));
            }
        }
        return least;
    }

    /** The values of a directive as they came, unquoted; null stands for one without an argument. */
    List<@Nullable String> values(String name) {
        List<@Nullable String> values = new ArrayList<>(1);
        for (Directive directive : directives) {
            if (directive.name.equals(name)) {
                values.add(directive.value);
            }
        }
        return values;
    }

    /**
     * Whether a response says that it must not be served stale (RFC 9111 section 4.2.4). {@code s-maxage} implies
     * {@code proxy-revalidate} (section 5.2.2.10).
     */
    boolean forbidsStale() {
        return has("must-revalidate") || has("proxy-revalidate") || has("s-maxage") || has("no-cache");
    }

    /** A number of seconds written in digits alone, at most 2^31, or empty (RFC 9111 section 1.2.2). */
    static OptionalLong deltaSeconds(String text) {
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        long seconds = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return OptionalLong.empty();
            }
            seconds = Math.min(seconds * 10 + digit - '0', GREATEST_SECONDS);
        }
        return OptionalLong.of(seconds);
    }

    private static void parse(String line, List<Directive> into) {
        int at = 0;
        while (at < line.length()) {
            int end = memberEnd(line, at);
            String member = line.substring(at, end).strip();
            if (!member.isEmpty()) {
                into.add(directive(member));
                forbiddenBehindSemicolons(member, into);
            }
            at = end + 1;
        }
    }

    /** Some write {@code private; max-age=60}, as in other fields: no lifetime is read from that, but what it forbids. */
    private static void forbiddenBehindSemicolons(String member, List<Directive> into) {
        if (member.indexOf(';') < 0) {
            return;
        }
        for (String piece : member.split(";", -1)) {
            int equals = piece.indexOf('=');
            String name =
                    (equals < 0 ? piece : piece.substring(0, equals)).strip().toLowerCase(Locale.ROOT);
            if (FORBIDDING.contains(name)) {
                into.add(new Directive(name, null));
            }
        }
    }

    /** Where the member that begins at {@code from} ends: a comma outside quotes, or the end of the line. */
    private static int memberEnd(String line, int from) {
        int at = from;
        while (at < line.length() && line.charAt(at) != ',') {
            if (line.charAt(at) == '"') {
                int closing = closingQuote(line, at);
                // A quote that is never closed quotes nothing: it must not hide a no-store behind it.
                at = closing < 0 ? at : closing;
            }
            at++;
        }
        return at;
    }

    private static int closingQuote(String text, int opening) {
        for (int i = opening + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                return i;
            }
        }
        return -1;
    }

    private static Directive directive(String member) {
        int equals = member.indexOf('=');
        if (equals < 0) {
            return new Directive(member.toLowerCase(Locale.ROOT), null);
        }
        String name = member.substring(0, equals);
        String value = member.substring(equals + 1);
        String stripped = name.strip();
        if (stripped.length() < name.length()) {
            // No blank is allowed there; the name still counts, and the leading blank makes the value no number.
            value = " " + value;
        }
        return new Directive(stripped.toLowerCase(Locale.ROOT), unquoted(value));
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || value.charAt(0) != '"' || closingQuote(value, 0) != value.length() - 1) {
            return value;
        }
        StringBuilder text = new StringBuilder(value.length());
        for (int i = 1; i < value.length() - 1; i++) {
            char c = value.charAt(i);
            text.append(c == '\\' ? value.charAt(++i) : c);
        }
        return text.toString();
    }
}
