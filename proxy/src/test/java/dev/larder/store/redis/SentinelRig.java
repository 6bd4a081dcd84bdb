package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.until;

import dev.larder.rig.FreePort;
import java.io.UncheckedIOException;
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
        first = ServerProcess.start(FreePort.next(), "repl-diskless-sync yes", "repl-diskless-sync-delay 0");
        second = ServerProcess.start(
                FreePort.next(),
                "repl-diskless-sync yes",
                "repl-diskless-sync-delay 0",
                "replicaof 127.0.0.1 " + first.port());
        until("replicating", () -> second.tell("INFO", "replication").contains("master_link_status:up"));
        for (int i = 0; i < 3; i++) {
            sentinels.add(ServerProcess.sentinel(
                    FreePort.next(),
                    "sentinel monitor " + NAME + " 127.0.0.1 " + first.port() + " 2",
                    "sentinel down-after-milliseconds " + NAME + " " + downAfterMillis,
                    "sentinel failover-timeout " + NAME + " 1500"));
        }
        healthy();
    }

    /**
     * Waits until all is in good order: all sentinels know each other and name the same master, which says that it is one,
     * and the other server follows it.
     */
    void healthy() {
        until("one master, named by all, and followed", () -> {
            ServerProcess master = isMaster(first) ? first : second;
            ServerProcess replica = master == first ? second : first;
            String following = replication(replica);
            return isMaster(master)
                    && following.contains("role:slave")
                    && following.contains("master_port:" + master.port() + "\r")
                    && following.contains("master_link_status:up")
                    && sentinels.stream().allMatch(sentinel -> isContent(sentinel, master));
        });
    }

    private static boolean isContent(ServerProcess sentinel, ServerProcess master) {
        String all = sentinel.tell("SENTINEL", "MASTER", NAME);
        String replicas = sentinel.tell("SENTINEL", "REPLICAS", NAME);
        return all.contains("port, " + master.port() + ",")
                && all.contains("flags, master,")
                && all.contains("num-slaves, 1")
                && all.contains("num-other-sentinels, 2")
                && replicas.contains("flags, slave,")
                && replicas.contains("master-link-status, ok");
    }

    private static String replication(ServerProcess server) {
        try {
            return server.tell("INFO", "replication");
        } catch (UncheckedIOException cutOff) {
            // Not while it is down, nor while it is being promoted: a sentinel then ends all connections to it.
            return "";
        }
    }

    static boolean isMaster(ServerProcess server) {
        return replication(server).contains("role:master");
    }

    static boolean isReplica(ServerProcess server) {
        return replication(server).contains("role:slave");
    }

    /** The one of the two that is the master by its own word. */
    ServerProcess master() {
        return isMaster(first) ? first : second;
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
