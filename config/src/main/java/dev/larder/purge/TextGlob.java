package dev.larder.purge;

/** Plain text against a glob whose only special character is {@code *}: any run of characters. Pure. */
public final class TextGlob {

    private TextGlob() {}

    /** Whether the glob matches the whole text; linear in memory, and never slower than the product of both lengths. */
    public static boolean matches(String glob, String text) {
        int g = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            if (g < glob.length() && glob.charAt(g) == '*') {
                star = g++;
                resume = t;
            } else if (g < glob.length() && glob.charAt(g) == text.charAt(t)) {
                g++;
                t++;
            } else if (star >= 0) {
                // Only the last star need give up a character more: what earlier ones matched can stay as it is.
                g = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (g < glob.length() && glob.charAt(g) == '*') {
            g++;
        }
        return g == glob.length();
    }
}
