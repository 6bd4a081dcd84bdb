package dev.larder.policy;

/**
 * Entity tags by weak comparison (RFC 9110 sections 8.8.3.2 and 13.1.2). Tags are compared as text, without a {@code W/}
 * in front; one that lacks its quotes equals only its like.
 */
final class EntityTags {

    private EntityTags() {}

    /** Whether one of a comma-separated list of tags is this one. Commas within quotes belong to the tag. */
    static boolean anyMatches(String list, String tag) {
        String opaque = opaque(tag.strip());
        int at = 0;
        while (at < list.length()) {
            int end = memberEnd(list, at);
            String member = list.substring(at, end).strip();
            if (!member.isEmpty() && opaque(member).equals(opaque)) {
                return true;
            }
            at = end + 1;
        }
        return false;
    }

    private static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }

    /** A tag knows no escapes: the next quote ends it. */
    private static int memberEnd(String list, int from) {
        boolean quoted = false;
        for (int i = from; i < list.length(); i++) {
            char c = list.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                return i;
            }
        }
        return list.length();
    }
}
