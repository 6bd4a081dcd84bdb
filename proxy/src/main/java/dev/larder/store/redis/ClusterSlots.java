package dev.larder.store.redis;

import io.lettuce.core.cluster.SlotHash;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which master has which slot, and the links to them, at one moment. Immutable, any thread. */
final class ClusterSlots implements RedisShards.Slots {

    private final short[] owners;
    private final @Nullable RedisLink[] links;
    private final Map<String, RedisLink> byAddress;
    private final Runnable outdated;

    private ClusterSlots(
            short[] owners, @Nullable RedisLink[] links, Map<String, RedisLink> byAddress, Runnable outdated) {
        this.owners = owners;
        this.links = links;
        this.byAddress = byAddress;
        this.outdated = outdated;
    }

    /**
     * What some views say together: of two masters that claim a slot, the later one has it.
     *
     * @param links by the id of the master; none where it is away
     * @param outdated run where an answer shows that this is not true any more
     */
    static ClusterSlots of(Map<String, ClusterView.Master> masters, Map<String, RedisLink> links, Runnable outdated) {
        short[] owners = new short[SlotHash.SLOT_COUNT];
        long[] epochs = new long[SlotHash.SLOT_COUNT];
        @Nullable RedisLink[] ordered = new RedisLink[masters.size() + 1];
        Map<String, RedisLink> byAddress = new HashMap<>();
        short number = 0;
        for (ClusterView.Master master : masters.values()) {
            number++;
            RedisLink link = links.get(master.id());
            ordered[number] = link;
            if (link != null) {
                byAddress.put(master.address(), link);
            }
            for (int slot = master.slots().nextSetBit(0);
                    slot >= 0;
                    slot = master.slots().nextSetBit(slot + 1)) {
                if (owners[slot] == 0 || master.configEpoch() > epochs[slot]) {
                    owners[slot] = number;
                    epochs[slot] = master.configEpoch();
                }
            }
        }
        return new ClusterSlots(owners, ordered, byAddress, outdated);
    }

    /** The latest that views say of each master, without those of which nothing is left to another. */
    static Map<String, ClusterView.Master> merged(Collection<ClusterView> views) {
        Map<String, ClusterView.Master> latest = new HashMap<>();
        for (ClusterView view : views) {
            for (ClusterView.Master master : view.masters().values()) {
                ClusterView.Master known = latest.get(master.id());
                boolean ownWord = view.node().equals(master.id());
                if (known == null
                        || master.configEpoch() > known.configEpoch()
                        || (ownWord && master.configEpoch() == known.configEpoch())) {
                    latest.put(master.id(), master);
                }
            }
        }
        latest.values()
                .removeIf(master -> latest.values().stream()
                        .anyMatch(other -> other.configEpoch() > master.configEpoch() && covers(other, master)));
        return latest;
    }

    private static boolean covers(ClusterView.Master other, ClusterView.Master master) {
        java.util.BitSet left = (java.util.BitSet) master.slots().clone();
        left.andNot(other.slots());
        return left.isEmpty();
    }

    @Override
    public @Nullable RedisLink of(String key) {
        return links[owners[SlotHash.getSlot(key)]];
    }

    @Override
    public @Nullable RedisLink at(String address) {
        return byAddress.get(address);
    }

    @Override
    public @Nullable RedisLink any() {
        for (RedisLink link : links) {
            if (link != null && !link.isClosed()) {
                return link;
            }
        }
        return null;
    }

    @Override
    public void outdated() {
        outdated.run();
    }
}
