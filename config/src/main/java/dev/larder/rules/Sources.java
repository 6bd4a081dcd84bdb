package dev.larder.rules;

import dev.larder.rules.Rules.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts such as {@code query.page} or {@code request.body:/0/courseId} to sources. */
final class Sources {

    /** Names of fields are tokens (RFC 9110 section 5.6.2), names of cookies as well (RFC 6265 section 4.1.1). */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    private static final Pattern ANSWER_LINE = Pattern.compile("response\\.body@(\\d{1,4}):(.*)", Pattern.DOTALL);

    /** One way to begin a source. */
    private enum Form {
        PATH("path.", "path.X", false, false, Source.Path::new),
        QUERY("query.", "query.X", false, false, Source.Query::new),
        HEADER("header.", "header.X", false, true, Source.Header::new),
        COOKIE("cookie.", "cookie.X", false, true, Source.Cookie::new),
        CLAIM("identity.", "identity.CLAIM", false, false, Source.Claim::new),
        REQUEST_BODY("request.body:", "request.body:/POINTER", true, false, Source.RequestBody::new),
        ANSWER_BODY(
                "response.body:",
                "response.body:/POINTER",
                true,
                false,
                pointer -> new Source.ResponseBody(OptionalInt.empty(), pointer)),
        ANSWER_HEADER("response.header.", "response.header.X", false, true, Source.ResponseHeader::new);

        private final String prefix;
        private final String shown;
        private final boolean pointer;
        private final boolean token;
        private final Function<String, Source> make;

        /**
         * A form.
         *
         * @param shown how it is shown
         * @param pointer whether its rest is a JSON pointer
         * @param token whether its rest is a token
         */
        Form(String prefix, String shown, boolean pointer, boolean token, Function<String, Source> make) {
            this.prefix = prefix;
            this.shown = shown;
            this.pointer = pointer;
            this.token = token;
            this.make = make;
        }
    }

    /** What a key can be made of. */
    static final Sources KEY = new Sources(List.of(Form.PATH, Form.QUERY, Form.HEADER, Form.COOKIE, Form.CLAIM));

    /** What a fetch to be stored leaves out unless told otherwise. */
    static final Sources FORWARD = new Sources(List.of(Form.QUERY, Form.COOKIE));

    /** What a purge's variables can come from. */
    static final Sources VARIABLE = new Sources(List.of(
            Form.PATH, Form.QUERY, Form.HEADER, Form.CLAIM, Form.REQUEST_BODY, Form.ANSWER_BODY, Form.ANSWER_HEADER));

    /** What a condition on an answer can look at. */
    static final Sources ANSWER = new Sources(List.of(Form.ANSWER_BODY, Form.ANSWER_HEADER));

    private final List<Form> forms;

    private Sources(List<Form> forms) {
        this.forms = forms;
    }

    /** The source, or a problem. */
    Optional<Located<Source>> parse(Located<String> text, String what, Problems problems) {
        String value = text.value();
        Matcher line = ANSWER_LINE.matcher(value);
        if (line.matches() && forms.contains(Form.ANSWER_BODY)) {
            int number = Integer.parseInt(line.group(1));
            return pointer(line.group(2), text, problems)
                    .map(pointer -> new Source.ResponseBody(OptionalInt.of(number), pointer))
                    .map(source -> new Located<>(source, text.at()));
        }
        for (Form form : forms) {
            if (value.startsWith(form.prefix)) {
                return make(form, value.substring(form.prefix.length()), text, what, problems)
                        .map(source -> new Located<>(source, text.at()));
            }
        }
        problems.add(text.at(), what + " is " + Quoted.text(value), "one of " + shown(), suggest(value));
        return Optional.empty();
    }

    private Optional<Source> make(Form form, String rest, Located<String> text, String what, Problems problems) {
        if (form.pointer) {
            return pointer(rest, text, problems).map(form.make);
        }
        if (rest.isEmpty() || (form.token && !TOKEN.matcher(rest).matches())) {
            problems.add(
                    text.at(),
                    what + " is " + Quoted.text(text.value()),
                    form.shown + " with a name for " + (form.shown.endsWith("CLAIM") ? "CLAIM" : "X"));
            return Optional.empty();
        }
        return Optional.of(form.make.apply(rest));
    }

    private static Optional<String> pointer(String pointer, Located<String> text, Problems problems) {
        return pointer(pointer, "in " + Quoted.text(text.value()), text.at(), problems);
    }

    /** A JSON pointer (RFC 6901) that is not empty, or a problem. */
    static Optional<String> pointer(String pointer, String where, Position at, Problems problems) {
        if (!pointer.startsWith("/")) {
            problems.add(
                    at,
                    "the JSON pointer " + Quoted.text(pointer) + " " + where,
                    "one that begins with /, e.g. /user/id",
                    Optional.of("/" + pointer.replace('.', '/')).filter(suggestion -> !pointer.isEmpty()));
            return Optional.empty();
        }
        if (pointer.matches("(?s).*~(?![01]).*")) {
            problems.add(
                    at, "the JSON pointer " + Quoted.text(pointer) + " " + where, "~0 for ~ and ~1 for / in a name");
            return Optional.empty();
        }
        return Optional.of(pointer);
    }

    private String shown() {
        return String.join(", ", forms.stream().map(form -> form.shown).toList());
    }

    /** A known beginning for the one that was written, with the rest as it stands. */
    private Optional<String> suggest(String value) {
        if (value.startsWith("request.header.") || value.startsWith("request.query.")) {
            return Optional.of(value.substring("request.".length())).filter(this::begins);
        }
        for (String separator : List.of(":", ".")) {
            int end = separator.equals(":") ? value.indexOf(separator) : value.lastIndexOf(separator);
            for (; end > 0; end = value.lastIndexOf(separator, end - 1)) {
                List<String> prefixes = new ArrayList<>();
                forms.stream()
                        .map(form -> form.prefix)
                        .filter(prefix -> prefix.endsWith(separator))
                        .forEach(prefixes::add);
                Optional<String> near = Nearest.of(value.substring(0, end + 1), prefixes);
                if (near.isPresent()) {
                    return Optional.of(near.get() + value.substring(end + 1));
                }
            }
        }
        return Optional.empty();
    }

    private boolean begins(String value) {
        return forms.stream().anyMatch(form -> value.startsWith(form.prefix));
    }

    /** Whether a text can name a field. */
    static boolean isToken(String text) {
        return TOKEN.matcher(text).matches();
    }
}
