package dev.larder.rules;

/** Text of a file as messages show it: in double quotes, on one line, of bearable length. Pure. */
public final class Quoted {

    private static final int LONGEST = 80;

    private Quoted() {}

    /** The text in double quotes; line ends and other controls are shown as {@code \n} or {@code \}{@code u0000}. */
    public static String text(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        boolean clipped = text.length() > LONGEST;
        for (char c : text.substring(0, clipped ? LONGEST : text.length()).toCharArray()) {
            if (c == '\n') {
                quoted.append("\\n");
            } else if (Character.isISOControl(c)) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append(clipped ? "…\"" : "\"").toString();
    }
}
