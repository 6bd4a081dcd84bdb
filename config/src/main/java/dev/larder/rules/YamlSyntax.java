package dev.larder.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * YAML's own syntax errors in words that help: braces and asterisks mean something to YAML as well as to a rules file,
 * so what goes wrong most often is a template or a glob without quotes.
 */
final class YamlSyntax {

    private static final Pattern TEMPLATE =
            Pattern.compile("[^\\s,\\[\\]{}\"']*(?:\\{[A-Za-z_][\\w.-]*\\*?}[^\\s,\\[\\]{}\"']*)+");
    private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^']|'')*'");
    private static final Pattern ANCHOR = Pattern.compile("&([\\w-]+)");

    private final String text;
    private final String[] lines;
    private final int maxDepth;
    private final Problems problems;

    YamlSyntax(String text, int maxDepth, Problems problems) {
        this.text = text;
        this.maxDepth = maxDepth;
        this.lines = text.split("\\r\\n|\\r|\\n", -1);
        this.problems = problems;
    }

    void explain(YAMLException broken) {
        if (broken instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            explain(marked, marked.getProblemMark());
        } else if (broken instanceof ReaderException reader) {
            problems.add(
                    positionOf(reader.getPosition()),
                    String.format("the character U+%04X", reader.getCodePoint()),
                    "printable text in UTF-8");
        } else if (firstLine(broken.getMessage()).startsWith("Nesting Depth")) {
            problems.add(Position.NOWHERE, "values are nested more than " + maxDepth + " deep", "a flatter file");
        } else {
            problems.add(Position.NOWHERE, "not YAML: " + firstLine(broken.getMessage()), "a YAML document");
        }
    }

    private void explain(MarkedYAMLException broken, Mark mark) {
        String context = broken.getContext() == null ? "" : broken.getContext();
        String problem = broken.getProblem() == null ? "" : broken.getProblem();
        Position at = YamlReader.position(mark);
        Mark start = broken.getContextMark() == null ? mark : broken.getContextMark();
        if (unquotedTemplate(context, mark, start)) {
            return;
        }
        if (context.contains("alias")) {
            Position star = YamlReader.position(start);
            problems.add(
                    star,
                    "a value that begins with * stands without quotes, and YAML takes it for an alias",
                    "quotes: \"" + word(star) + "\"");
        } else if (problem.startsWith("found undefined alias")) {
            String alias = word(at).replaceFirst("^\\*", "");
            problems.add(
                    at,
                    "*" + alias + " refers to no anchor",
                    "an anchor &" + alias + " further up, or quotes if this is a glob",
                    Nearest.of(alias, anchors()));
        } else if (problem.contains("\\t(TAB)")) {
            problems.add(at, "a tab", "blanks: YAML does not indent by tabs");
        } else if (problem.startsWith("mapping values are not allowed")) {
            problems.add(
                    at, "a second colon with a blank after it in one value", "quotes around a value that holds \": \"");
        } else if (context.contains("quoted scalar")) {
            problems.add(YamlReader.position(start), "a quote that is never closed", "a closing quote");
        } else if (context.contains("simple key")) {
            problems.add(YamlReader.position(start), "a line without a colon among fields", "a field such as ttl: 5m");
        } else {
            structure(context, problem, at);
        }
    }

    private void structure(String context, String problem, Position at) {
        if (problem.endsWith("but got ?")) {
            problems.add(
                    at, "a ? stands without quotes inside { … } or [ … ]", "quotes around the value that holds it");
        } else if (context.contains("flow sequence")) {
            problems.add(at, "a list in [ … ] does not go on here", "a comma between its items, or the closing ]");
        } else if (context.contains("flow mapping")) {
            problems.add(at, "a map in { … } does not go on here", "a comma between its fields, or the closing }");
        } else if (context.contains("block")) {
            problems.add(
                    at,
                    "this line does not go on with what stands above it",
                    "all fields of a map, and all items of a list, in one column");
        } else if (problem.contains("another document")) {
            problems.add(at, "a second document begins here", "one document, without --- in its middle");
        } else {
            problems.add(at, "not YAML: " + firstLine(problem), "a YAML document");
        }
    }

    /** Looks for the braces of a template within the braces of YAML, on the lines that the error is about. */
    private boolean unquotedTemplate(String context, Mark mark, Mark start) {
        for (int index = mark.getLine(); index >= Math.max(start.getLine(), mark.getLine() - 1); index--) {
            boolean opened = context.contains("flow") && start.getLine() < index;
            if (index < lines.length && unquotedTemplate(index, opened)) {
                return true;
            }
        }
        return false;
    }

    private boolean unquotedTemplate(int index, boolean opened) {
        String line = QUOTED.matcher(lines[index])
                .replaceAll(quoted -> "\"".repeat(quoted.group().length()));
        Matcher template = TEMPLATE.matcher(line);
        while (template.find()) {
            String before = line.substring(0, template.start());
            boolean within = opened || before.contains("{") || before.contains("[");
            // Braces alone are a map of their own, unless something sticks to them that no map has.
            boolean more = !template.group().startsWith("{")
                    || !template.group().endsWith("}")
                    || template.group().contains("*");
            if (within && more) {
                problems.add(
                        new Position(index + 1, template.start() + 1),
                        template.group()
                                + " stands without quotes inside { … } or [ … ], where YAML reads its braces itself",
                        "quotes: \"" + template.group() + "\"");
                return true;
            }
        }
        return false;
    }

    /** What stands at a position, up to a blank or a bracket. */
    private String word(Position at) {
        String line = at.line() <= lines.length ? lines[at.line() - 1] : "";
        Matcher word = Pattern.compile("[^\\s,\\[\\]]+").matcher(line);
        return word.find(Math.min(at.column() - 1, line.length())) ? word.group() : "*";
    }

    private List<String> anchors() {
        List<String> anchors = new ArrayList<>();
        Matcher anchor = ANCHOR.matcher(text);
        while (anchor.find()) {
            anchors.add(anchor.group(1));
        }
        return anchors;
    }

    private Position positionOf(int codePoints) {
        int end = text.offsetByCodePoints(0, Math.min(codePoints, text.codePointCount(0, text.length())));
        String before = text.substring(0, end);
        int line = (int) before.chars().filter(c -> c == '\n').count();
        return new Position(line + 1, end - (before.lastIndexOf('\n') + 1) + 1);
    }

    private static String firstLine(@Nullable String message) {
        return Optional.ofNullable(message)
                .orElse("unreadable")
                .lines()
                .findFirst()
                .orElse("unreadable");
    }
}
