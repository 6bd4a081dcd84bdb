package dev.larder.rules;

import dev.larder.rules.Rules.When;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which requests a purge or an identity's end is about: {@code DELETE /path}, or the map that says more. */
final class WhenReader {

    private static final String SHORT = "METHOD /path, e.g. DELETE /api/courses/{courseId}";

    private final Problems problems;

    WhenReader(Problems problems) {
        this.problems = problems;
    }

    /** Items of a list, or a single one. A map with several methods is several requests. */
    List<When> read(List<YamlNode> items, String what) {
        List<When> all = new ArrayList<>();
        for (YamlNode item : items) {
            if (item instanceof YamlNode.Mapping) {
                all.addAll(full(item));
            } else {
                Scalars.text(item, what, SHORT + ", or a map", problems)
                        .flatMap(text -> brief(text, what))
                        .ifPresent(all::add);
            }
        }
        return List.copyOf(all);
    }

    private Optional<When> brief(Located<String> text, String what) {
        Optional<String[]> parts = methodAndTarget(text, what, SHORT, problems);
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        Located<String> path = new Located<>(parts.get()[1], text.at());
        return template(path, what)
                ? Optional.of(new When(parts.get()[0], path, Map.of(), Map.of(), Map.of()))
                : Optional.empty();
    }

    private List<When> full(YamlNode item) {
        Optional<SectionReader> section = SectionReader.of(Grammar.WHEN, item, "", problems);
        if (section.isEmpty()) {
            return List.of();
        }
        SectionReader when = section.get();
        Optional<Located<String>> path = when.text("path").filter(text -> template(text, "path"));
        var query = Expectations.map(when.entries("query"), "query", entry -> true, problems);
        var header = Expectations.map(when.entries("header"), "header", this::field, problems);
        var body = Expectations.map(when.entries("body"), "body", this::pointer, problems);
        List<When> all = new ArrayList<>();
        for (Located<String> method : when.texts("method")) {
            if (method(method, "method", "a method such as POST", problems) && path.isPresent()) {
                all.add(new When(method.value(), path.get(), query, header, body));
            }
        }
        return all;
    }

    private boolean field(YamlNode.Entry entry) {
        if (!Sources.isToken(entry.key())) {
            problems.add(entry.at(), "header " + Quoted.text(entry.key()), "the name of a field, e.g. Next-Action");
            return false;
        }
        return true;
    }

    private boolean pointer(YamlNode.Entry entry) {
        return Sources.pointer(entry.key(), "in body", entry.at(), problems).isPresent();
    }

    private boolean template(Located<String> path, String what) {
        if (!path.value().startsWith("/")) {
            problems.add(
                    path.at(),
                    what + " is " + Quoted.text(path.value()),
                    "a path template that begins with /",
                    Optional.of("/" + path.value())
                            .filter(suggestion -> !path.value().contains(":")));
            return false;
        }
        if (path.value().contains("?") || path.value().contains("#")) {
            problems.add(
                    path.at(),
                    what + " is " + Quoted.text(path.value()),
                    "a path alone; what its query must hold goes into the field query of the long form");
            return false;
        }
        return true;
    }

    /** {@code GET /path?query} in two, or a problem. */
    static Optional<String[]> methodAndTarget(Located<String> text, String what, String expected, Problems problems) {
        String[] parts = text.value().strip().split("\\s+");
        if (parts.length != 2 || (parts.length == 2 && parts[0].startsWith("/"))) {
            Optional<String> suggestion = parts.length == 1 && parts[0].startsWith("/")
                    ? Optional.of((what.equals("request") ? "GET " : "POST ") + parts[0])
                    : Optional.empty();
            problems.add(text.at(), what + " is " + Quoted.text(text.value()), expected, suggestion);
            return Optional.empty();
        }
        return method(new Located<>(parts[0], text.at()), "the method of " + what, expected, problems)
                ? Optional.of(parts)
                : Optional.empty();
    }

    private static boolean method(Located<String> method, String what, String expected, Problems problems) {
        if (Names.isMethod(method.value())) {
            return true;
        }
        String upper = method.value().toUpperCase(Locale.ROOT);
        problems.add(
                method.at(),
                what + " is " + Quoted.text(method.value()),
                expected,
                Optional.of(upper).filter(Names::isMethod));
        return false;
    }
}
