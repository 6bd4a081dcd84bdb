package dev.larder.rules;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What names may look like, and which variables a text uses. Pure. */
final class Names {

    private static final String PART = "[A-Za-z0-9._~-]+";
    private static final Pattern PARAMETER = Pattern.compile(PART);
    private static final Pattern ROUTE = Pattern.compile(PART + "(:" + PART + ")*");
    private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)}");
    private static final Pattern VARIABLE_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
    private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z0-9-]*");

    private Names() {}

    /** A key's parameter: nothing that the key would have to escape. */
    static boolean isParameter(String name) {
        return PARAMETER.matcher(name).matches();
    }

    static boolean isRoute(String name) {
        return ROUTE.matcher(name).matches();
    }

    /** Upper case: methods are case-sensitive (RFC 9110 section 9.1). */
    static boolean isMethod(String name) {
        return METHOD.matcher(name).matches();
    }

    /** Variables of a path template. Whether it is a good template is for its own parser to say. */
    static Set<String> variables(String template) {
        Set<String> names = new LinkedHashSet<>();
        Matcher variable = VARIABLE.matcher(template);
        while (variable.find()) {
            String name = variable.group(1);
            names.add(name.endsWith("*") ? name.substring(0, name.length() - 1) : name);
        }
        return names;
    }

    /** Whether the braces of a glob or a value pair and hold names; a problem where not. */
    static boolean checkBraces(Located<String> text, Problems problems) {
        boolean good = true;
        Matcher variable = VARIABLE.matcher(text.value());
        while (variable.find()) {
            if (!isVariable(variable.group(1))) {
                good = false;
                problems.add(
                        text.at(),
                        "the variable " + Quoted.text(variable.group()) + " in " + Quoted.text(text.value()),
                        "a name in braces, e.g. {courseId}");
            }
        }
        if (VARIABLE.matcher(text.value()).replaceAll("").matches("(?s).*[{}].*")) {
            good = false;
            problems.add(
                    text.at(), "an unpaired brace in " + Quoted.text(text.value()), "a variable such as {courseId}");
        }
        return good;
    }

    static boolean isVariable(String name) {
        return VARIABLE_NAME.matcher(name).matches();
    }
}
