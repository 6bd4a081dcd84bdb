package dev.larder.store.redis;

/**
 * What a server says of its memory. Pure.
 *
 * @param mostBytes {@code maxmemory}; 0 where it is not bounded, or the server does not say
 * @param policy {@code maxmemory-policy}; empty where the server does not say
 */
record ServerMemory(long mostBytes, String policy) {

    /** Reads {@code INFO memory}. */
    static ServerMemory read(String info) {
        long most = 0;
        String policy = "";
        for (String line : info.split("\r?\n")) {
            if (line.startsWith("maxmemory:")) {
                most = number(line.substring("maxmemory:".length()));
            } else if (line.startsWith("maxmemory_policy:")) {
                policy = line.substring("maxmemory_policy:".length()).strip();
            }
        }
        return new ServerMemory(most, policy);
    }

    /** Whether it may drop the epochs on which stored responses depend: a miss, never something stale. */
    boolean evicts() {
        return mostBytes > 0 && !policy.isEmpty() && !policy.equals("noeviction");
    }

    private static long number(String digits) {
        try {
            return Long.parseLong(digits.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
