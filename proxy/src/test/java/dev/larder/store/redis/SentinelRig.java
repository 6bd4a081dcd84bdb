package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.until;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A master, a replica and three sentinels, on free ports of the loopback address. */
final class SentinelRig implements AutoCloseable {

    static final String NAME = "courses";

    private final ServerProcess first;
    private final ServerProcess second;
    private final List<ServerProcess> sentinels = new ArrayList<>();

    /** All in good order; the sentinels give a master up after so many milliseconds. */
    SentinelRig(int downAfterMillis) {
        first = ServerProcess.start(ServerProcess.freePort(), "repl-diskless-sync yes", "repl-diskless-sync-delay 0");
        second = ServerProcess.start(
                ServerProcess.freePort(),
                "repl-diskless-sync yes",
                "repl-diskless-sync-delay 0",
                "replicaof 127.0.0.1 " + first.port());
        until("replicating", () -> second.tell("INFO", "replication").contains("master_link_status:up"));
        for (int i = 0; i < 3; i++) {
            sentinels.add(ServerProcess.sentinel(
                    ServerProcess.freePort(),
                    "sentinel monitor " + NAME + " 127.0.0.1 " + first.port() + " 2",
                    "sentinel down-after-milliseconds " + NAME + " " + downAfterMillis,
                    "sentinel failover-timeout " + NAME + " 1500"));
        }
        until(
                "the sentinels know each other",
                () -> sentinels.stream().allMatch(sentinel -> {
                    String all = sentinel.tell("SENTINEL", "MASTER", NAME);
                    return all.contains("num-slaves, 1") && all.contains("num-other-sentinels, 2");
                }));
    }

    String url() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.port())
                .collect(Collectors.joining(",", "redis-sentinel://", "#" + NAME));
    }

    ServerProcess first() {
        return first;
    }

    ServerProcess second() {
        return second;
    }

    List<ServerProcess> sentinels() {
        return sentinels;
    }

    @Override
    public void close() {
        sentinels.forEach(ServerProcess::close);
        first.close();
        second.close();
    }
}
