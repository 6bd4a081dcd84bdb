package dev.larder.store.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a server tells of itself; an empty text for what it keeps to itself.
 *
 * @param runId another one for each start of the process
 * @param version of Redis, or the one that it is compatible with
 * @param mode {@code standalone}, {@code cluster} or {@code sentinel}
 * @param role {@code master} or {@code slave}
 * @param replicationId another one whenever this server becomes a master
 * @param promoted whether it has been a replica before it became a master
 * @param masterAddress of whom a replica follows
 */
record ServerFacts(
        String runId,
        String version,
        String mode,
        String role,
        String replicationId,
        boolean promoted,
        String masterAddress) {

    private static final Pattern ID = Pattern.compile("[0-9A-Za-z_-]{8,64}");
    private static final Pattern VERSION = Pattern.compile("[0-9.]{1,32}");
    private static final int INCARNATION_BYTES = 16;

    /**
     * Reads the sections {@code server} and {@code replication}; null for one that was refused. Pure.
     */
    static ServerFacts read(@Nullable String server, @Nullable String replication) {
        Map<String, String> lines = new HashMap<>();
        for (String section : new String[] {server, replication}) {
            if (section != null) {
                section.lines().forEach(line -> {
                    int colon = line.indexOf(':');
                    if (colon > 0) {
                        lines.putIfAbsent(
                                line.substring(0, colon),
                                line.substring(colon + 1).strip());
                    }
                });
            }
        }
        String valkey = matching(VERSION, lines.get("valkey_version"));
        return new ServerFacts(
                matching(ID, lines.get("run_id")),
                valkey.isEmpty() ? matching(VERSION, lines.get("redis_version")) : valkey + " (Valkey)",
                lines.getOrDefault("redis_mode", lines.getOrDefault("server_mode", "")),
                lines.getOrDefault("role", ""),
                matching(ID, lines.get("master_replid")),
                !lines.getOrDefault("second_repl_offset", "-1").startsWith("-"),
                lines.containsKey("master_host")
                        ? lines.get("master_host") + ':' + lines.getOrDefault("master_port", "")
                        : "");
    }

    private static String matching(Pattern pattern, @Nullable String value) {
        return value != null && pattern.matcher(value).matches() ? value : "";
    }

    /**
     * Which run of which server as a master this is: a process that was demoted and promoted again is another one, since it
     * may have lost what it was told in between. Empty where the server does not tell, and so may be another one after
     * each gap.
     */
    Optional<String> incarnation() {
        if (runId.isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((runId + ' ' + replicationId).getBytes(StandardCharsets.US_ASCII));
            byte[] start = java.util.Arrays.copyOf(hash, INCARNATION_BYTES);
            return Optional.of(Base64.getUrlEncoder().withoutPadding().encodeToString(start));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether it says that it is no master. */
    boolean isReplica() {
        return !role.isEmpty() && !role.equals("master");
    }

    /** Whether it is still the master that it was; what it does not tell any more is no answer. */
    boolean isStill(ServerFacts before) {
        return role.equals(before.role) && replicationId.equals(before.replicationId);
    }
}
