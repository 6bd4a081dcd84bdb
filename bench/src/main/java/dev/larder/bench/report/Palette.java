package dev.larder.bench.report;

import java.util.ArrayList;
import java.util.List;

/** Gives each name one colour class for a whole report, larder's own always the same. Pure but for its memory; for one thread. */
final class Palette {
    private static final int OTHERS = 6;

    private final List<String> others = new ArrayList<>();
    private final List<String> own = new ArrayList<>();

    /** The CSS class of a name. */
    String of(String name, boolean isOwn) {
        List<String> names = isOwn ? own : others;
        if (!names.contains(name)) {
            names.add(name);
        }
        int index = names.indexOf(name);
        return isOwn ? "own" + index % 2 : "other" + index % OTHERS;
    }
}
