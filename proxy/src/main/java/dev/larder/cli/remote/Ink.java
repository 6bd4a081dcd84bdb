package dev.larder.cli.remote;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Colours where a person looks, and plain text where a program reads or NO_COLOR is set.
 *
 * @param coloured whether there are colours
 * @param repaints whether the screen can be painted over
 */
record Ink(boolean coloured, boolean repaints) {

    private static final String RESET = "\u001b[0m";

    /** By what the process writes to. */
    static Ink ofProcess() {
        return of(isTerminal(System.console()), System.getenv());
    }

    static Ink of(boolean terminal, Map<String, String> environment) {
        boolean dumb = "dumb".equals(environment.get("TERM"));
        String off = environment.get("NO_COLOR");
        return new Ink(terminal && !dumb && (off == null || off.isEmpty()), terminal && !dumb);
    }

    /** Since JDK 22 there is a console where there is no terminal; it says so by a method that JDK 17 does not have. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (NoSuchMethodException older) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException unknown) {
            return false;
        }
    }

    String head(String text) {
        return in("1", text);
    }

    String good(String text) {
        return in("32", text);
    }

    String bad(String text) {
        return in("31", text);
    }

    String quiet(String text) {
        return in("2", text);
    }

    private String in(String code, String text) {
        return coloured ? "\u001b[" + code + "m" + text + RESET : text;
    }

    /** What goes before a view that takes the place of the one before. */
    String anew() {
        return repaints ? "\u001b[H\u001b[2J\u001b[3J" : "";
    }
}
