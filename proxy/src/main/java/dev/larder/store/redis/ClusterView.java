package dev.larder.store.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.models.partitions.ClusterPartitionParser;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode.NodeFlag;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What one node of a cluster believes of it. Pure.
 *
 * @param node who says so, by its id
 * @param masters by id, those that have slots
 * @param addresses of all nodes, {@code host:port}, to ask when no master answers
 */
record ClusterView(String node, Map<String, Master> masters, Set<String> addresses) {

    /**
     * A master.
     *
     * @param address {@code host:port}
     * @param configEpoch of two that claim a slot, the one with the higher number has it
     * @param failing whether it is believed, or feared, to be gone
     */
    record Master(String id, String address, long configEpoch, BitSet slots, boolean failing) {}

    /**
     * Reads the answer to {@code CLUSTER NODES}.
     *
     * @param host of the connection that it came by, for a node that does not know its own address
     * @throws TripEnd.Unexpected where it cannot be read
     */
    static ClusterView read(String text, String host) {
        String self = "";
        Map<String, Master> masters = new LinkedHashMap<>();
        Set<String> addresses = new LinkedHashSet<>();
        try {
            for (RedisClusterNode node : ClusterPartitionParser.parse(text)) {
                RedisURI uri = node.getUri();
                boolean myself = node.is(NodeFlag.MYSELF);
                String at =
                        uri == null || uri.getHost() == null || uri.getHost().isEmpty() ? "" : uri.getHost();
                if (myself) {
                    self = node.getNodeId();
                    at = at.isEmpty() ? host : at;
                }
                if (at.isEmpty() || node.is(NodeFlag.NOADDR) || node.is(NodeFlag.HANDSHAKE) || uri == null) {
                    continue;
                }
                String address = at + ':' + uri.getPort();
                addresses.add(address);
                if (node.is(NodeFlag.MASTER) && !node.hasNoSlots()) {
                    BitSet slots = new BitSet();
                    node.forEachSlot(slots::set);
                    boolean failing = node.is(NodeFlag.FAIL) || node.is(NodeFlag.EVENTUAL_FAIL);
                    masters.put(
                            node.getNodeId(),
                            new Master(node.getNodeId(), address, node.getConfigEpoch(), slots, failing));
                }
            }
        } catch (RedisException | IllegalArgumentException e) {
            throw new TripEnd.Unexpected();
        }
        if (self.isEmpty()) {
            throw new TripEnd.Unexpected();
        }
        return new ClusterView(self, masters, addresses);
    }

    /** Whether this node says that the other is a master, and fears nothing for it. */
    boolean vouchesFor(String id) {
        Master master = masters.get(id);
        return master != null && !master.failing;
    }
}
