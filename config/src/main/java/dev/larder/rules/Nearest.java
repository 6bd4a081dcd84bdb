package dev.larder.rules;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The known name that a mistyped one was probably meant to be. Pure. */
public final class Nearest {

    private static final int FARTHEST = 3;

    private Nearest() {}

    /**
     * The nearest of {@code known} by edits (a swap of neighbours counts as one, case as none), or empty where none is
     * near enough to be more than a guess: a third of the letters, three at most.
     */
    public static Optional<String> of(String text, Collection<String> known) {
        int limit = Math.min(FARTHEST, Math.max(1, text.length() / 3));
        String folded = text.toLowerCase(Locale.ROOT);
        String best = null;
        int fewest = limit + 1;
        for (String name : known) {
            if (Math.abs(name.length() - text.length()) >= fewest) {
                continue;
            }
            int edits = edits(folded, name.toLowerCase(Locale.ROOT));
            // A name of one or two letters is "near" to anything of its length.
            if (edits < fewest && edits < Math.max(1, name.length())) {
                fewest = edits;
                best = name;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Insertions, deletions, replacements and swaps of neighbours that turn one into the other. */
    static int edits(String from, String to) {
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            cost[i][0] = i;
        }
        for (int j = 0; j <= to.length(); j++) {
            cost[0][j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            for (int j = 1; j <= to.length(); j++) {
                int replace = cost[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                int least = Math.min(replace, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    least = Math.min(least, cost[i - 2][j - 2] + 1);
                }
                cost[i][j] = least;
            }
        }
        return cost[from.length()][to.length()];
    }
}
