package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.until;

import dev.larder.rig.FreePort;
import io.lettuce.core.cluster.SlotHash;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Three masters and three replicas, on free ports of the loopback address. */
final class ClusterRig implements AutoCloseable {

    private static final int MASTERS = 3;
    private static final int PER_MASTER = (SlotHash.SLOT_COUNT + MASTERS - 1) / MASTERS;

    private final List<ServerProcess> nodes = new ArrayList<>();

    /** A cluster in good order; its nodes give each other up after so many milliseconds. */
    ClusterRig(int nodeTimeoutMillis) {
        for (int i = 0; i < 2 * MASTERS; i++) {
            nodes.add(ServerProcess.start(
                    FreePort.next(),
                    "cluster-enabled yes",
                    "cluster-node-timeout " + nodeTimeoutMillis,
                    "cluster-replica-validity-factor 0",
                    "repl-diskless-sync yes",
                    "repl-diskless-sync-delay 0",
                    "repl-diskless-load swapdb"));
        }
        for (int i = 0; i < MASTERS; i++) {
            List<String> slots = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            for (int slot = i * PER_MASTER; slot < Math.min(SlotHash.SLOT_COUNT, (i + 1) * PER_MASTER); slot++) {
                slots.add(Integer.toString(slot));
            }
            nodes.get(i).ask(slots.toArray(String[]::new));
            nodes.get(i).ask("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (ServerProcess node : nodes.subList(1, nodes.size())) {
            nodes.get(0).ask("CLUSTER", "MEET", "127.0.0.1", Integer.toString(node.port()));
        }
        until(
                "all have met",
                () -> nodes.stream()
                        .allMatch(node ->
                                info(node, "CLUSTER", "INFO").contains("cluster_known_nodes:" + nodes.size() + "\r")));
        for (int i = 0; i < MASTERS; i++) {
            ServerProcess replica = nodes.get(MASTERS + i);
            String master = id(nodes.get(i));
            until("taken as a master", () -> {
                try {
                    return "OK".equals(replica.ask("CLUSTER", "REPLICATE", master));
                } catch (IllegalStateException unknownAsYet) {
                    return false;
                }
            });
        }
        healthy();
    }

    /** Waits until all slots are served, and each replica follows. */
    void healthy() {
        until(
                "the cluster is whole",
                () -> nodes.stream().allMatch(node -> {
                    String replication = info(node, "INFO", "replication");
                    return info(node, "CLUSTER", "INFO").contains("cluster_state:ok")
                            && (replication.contains("role:master") || replication.contains("master_link_status:up"));
                }));
    }

    private static String info(ServerProcess node, String... command) {
        try {
            return node.tell(command);
        } catch (UncheckedIOException | IllegalStateException away) {
            return "";
        }
    }

    String url() {
        return nodes.stream()
                .limit(MASTERS)
                .map(node -> "127.0.0.1:" + node.port())
                .collect(Collectors.joining(",", "redis-cluster://", ""));
    }

    List<ServerProcess> nodes() {
        return nodes;
    }

    static String id(ServerProcess node) {
        return node.tell("CLUSTER", "MYID");
    }

    /** Those that are masters by their own word and answer. */
    List<ServerProcess> masters() {
        return nodes.stream()
                .filter(node -> info(node, "INFO", "replication").contains("role:master"))
                .toList();
    }

    /** The master that has the slot of this key. */
    ServerProcess masterOf(String key) {
        int slot = SlotHash.getSlot(key);
        for (ServerProcess node : masters()) {
            for (String line : info(node, "CLUSTER", "NODES").split("\n")) {
                if (line.contains("myself,master") && has(line, slot)) {
                    return node;
                }
            }
        }
        throw new AssertionError("nobody has the slot of " + key);
    }

    private static boolean has(String line, int slot) {
        String[] words = line.split(" ");
        for (int i = 8; i < words.length; i++) {
            if (!words[i].startsWith("[")) {
                String[] range = words[i].split("-");
                int last = Integer.parseInt(range[range.length - 1]);
                if (Integer.parseInt(range[0]) <= slot && slot <= last) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A replica of this master. */
    ServerProcess replicaOf(ServerProcess master) {
        String id = id(master);
        return nodes.stream()
                .filter(node -> {
                    for (String line : info(node, "CLUSTER", "NODES").split("\n")) {
                        if (line.contains("myself,slave " + id)) {
                            return true;
                        }
                    }
                    return false;
                })
                .findFirst()
                .orElseThrow();
    }

    /** Everything that is stored is gone. */
    void flush() {
        masters().forEach(master -> master.ask("FLUSHALL"));
    }

    @Override
    public void close() {
        nodes.forEach(ServerProcess::close);
    }
}
