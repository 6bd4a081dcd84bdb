package dev.larder.route;

import dev.larder.route.SegmentPattern.Affixed;
import dev.larder.route.SegmentPattern.Literal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one template, once. Confined to one thread. */
final class TemplateParser {

    private final String text;
    private final List<SegmentPattern> head = new ArrayList<>();
    private final List<SegmentPattern> tail = new ArrayList<>();
    private final List<String> variables = new ArrayList<>();
    private @Nullable String rest;
    private boolean restHasSuffix;

    TemplateParser(String text) {
        this.text = text;
    }

    RouteTemplate parse() {
        refuseWhatNoPathHolds();
        if (text.length() > 1) {
            String[] segments = text.substring(1).split("/", -1);
            for (int i = 0; i < segments.length; i++) {
                segment(segments[i], i == segments.length - 1);
            }
        }
        return new RouteTemplate(text, head, rest, tail, restHasSuffix, variables);
    }

    private void refuseWhatNoPathHolds() {
        if (!text.startsWith("/")) {
            throw wrong("does not start with a slash", "a path such as /api/courses/{id}");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '%' ->
                    throw wrong("holds a percent sign", "decoded text: a template is compared with the decoded path");
                case '?' ->
                    throw wrong("holds a question mark", "a path only; query parameters belong to key or query");
                case '#' -> throw wrong("holds a number sign", "a path only; a fragment never reaches a server");
                case ';', '\\' ->
                    throw wrong(
                            "holds " + (c == ';' ? "a semicolon" : "a backslash"),
                            "a path that servers read alike; one with this character is never cached");
                default -> {
                    if (c < ' ' || (c >= 0x7f && c < 0xa0)) {
                        throw wrong("holds a control character", "printable text");
                    }
                }
            }
        }
    }

    private void segment(String segment, boolean last) {
        int open = segment.indexOf('{');
        int close = segment.indexOf('}');
        if (open < 0 && close < 0) {
            literal(segment, last);
            return;
        }
        if (open < 0 || close < open || segment.indexOf('{', open + 1) >= 0 || segment.indexOf('}', close + 1) >= 0) {
            throw wrong(
                    "has the segment \"" + segment + "\"",
                    "one variable a segment, as {name}, with its braces in pairs");
        }
        String inner = segment.substring(open + 1, close);
        refuseStar(segment, segment.substring(0, open) + segment.substring(close + 1));
        boolean many = inner.endsWith("*");
        String name = name(many ? inner.substring(0, inner.length() - 1) : inner);
        String prefix = segment.substring(0, open);
        String suffix = segment.substring(close + 1);
        if (many) {
            rest(name, prefix, suffix, last);
        } else {
            add(new Affixed(Optional.of(name), prefix, suffix, 1));
        }
    }

    private void literal(String segment, boolean last) {
        refuseStar(segment, segment);
        if (segment.isEmpty() && !last) {
            throw wrong("has an empty segment", "one slash between segments");
        }
        if (segment.equals(".") || segment.equals("..")) {
            throw wrong("has the dot segment \"" + segment + "\"", "the path that it leads to");
        }
        add(new Literal(segment));
    }

    private void refuseStar(String segment, String literal) {
        if (literal.indexOf('*') >= 0) {
            throw wrong(
                    "has the segment \"" + segment + "\"", "{name} for one segment, {name*} for any number of them");
        }
    }

    private void rest(String name, String prefix, String suffix, boolean last) {
        if (rest != null) {
            throw wrong("has two rests, {" + rest + "*} and {" + name + "*}", "one at most");
        }
        if (!prefix.isEmpty()) {
            throw wrong("has \"" + prefix + "\" right before {" + name + "*}", "a rest that begins after a slash");
        }
        if (!suffix.isEmpty() && !last) {
            throw wrong("has \"" + suffix + "\" right after {" + name + "*}", "a suffix in the last segment only");
        }
        rest = name;
        if (!suffix.isEmpty()) {
            restHasSuffix = true;
            tail.add(new Affixed(Optional.empty(), "", suffix, 0));
        }
    }

    private void add(SegmentPattern pattern) {
        (rest == null ? head : tail).add(pattern);
    }

    private String name(String name) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_-]*")) {
            throw wrong(
                    "has the variable name \"" + name + "\"",
                    "a letter or _ and then letters, digits, - and _, with a * at the end for any number of segments");
        }
        if (variables.contains(name)) {
            throw wrong("has the variable {" + name + "} twice", "a name of its own for each variable");
        }
        variables.add(name);
        return name;
    }

    private IllegalArgumentException wrong(String what, String expected) {
        return new IllegalArgumentException("template \"" + text + "\" " + what + "; expected " + expected);
    }
}
