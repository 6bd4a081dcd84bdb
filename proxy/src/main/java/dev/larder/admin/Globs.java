package dev.larder.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Texts that a glob matches; the asterisk is its only sign. Its cost is linear in glob and text. Pure. */
final class Globs {

    private Globs() {}

    static Predicate<String> of(String glob) {
        List<String> parts = new ArrayList<>(List.of(glob.split("\\*", -1)));
        return text -> matches(parts, text);
    }

    private static boolean matches(List<String> parts, String text) {
        String first = parts.get(0);
        if (parts.size() == 1) {
            return text.equals(first);
        }
        String last = parts.get(parts.size() - 1);
        if (!text.startsWith(first) || text.length() < first.length() + last.length() || !text.endsWith(last)) {
            return false;
        }
        int from = first.length();
        int to = text.length() - last.length();
        for (String part : parts.subList(1, parts.size() - 1)) {
            int at = text.indexOf(part, from);
            if (at < 0 || at + part.length() > to) {
                return false;
            }
            from = at + part.length();
        }
        return true;
    }
}
