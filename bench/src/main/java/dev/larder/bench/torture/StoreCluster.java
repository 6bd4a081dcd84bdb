package dev.larder.bench.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A master, a replica, and for each sidecar a detour to whoever is the master. The replica follows through a detour, too, so
 * that it can be held back. For one thread at a time.
 */
final class StoreCluster implements AutoCloseable {
    private final List<Detour> detours = new ArrayList<>();
    private final Detour replication;
    private StoreServer master;
    private StoreServer replica;

    private StoreCluster(StoreServer master, StoreServer replica, int sidecars) throws IOException {
        this.master = master;
        this.replica = replica;
        this.replication = new Detour(master.port());
        for (int i = 0; i < sidecars; i++) {
            detours.add(new Detour(master.port()));
        }
        replica.follow(replication.listeningPort());
    }

    static StoreCluster start(Path folder, int sidecars) throws IOException {
        return new StoreCluster(
                StoreServer.start(folder.resolve("store-1")), StoreServer.start(folder.resolve("store-2")), sidecars);
    }

    StoreServer master() {
        return master;
    }

    StoreServer replica() {
        return replica;
    }

    /** The way of one sidecar. */
    Detour detour(int sidecar) {
        return detours.get(sidecar);
    }

    /** The replica hears nothing more from its master. */
    void holdReplicaBack() {
        replication.cut();
    }

    /** The master dies, the replica takes its place as it is. */
    void failOver() throws IOException {
        master.kill();
        replica.followNobody();
        StoreServer former = master;
        master = replica;
        replica = former;
        for (Detour detour : detours) {
            detour.leadTo(master.port());
        }
    }

    /** The former master comes back with nothing, and follows. */
    void rejoin() throws IOException {
        replication.leadTo(master.port());
        replication.mend();
        replica.startEmpty();
        replica.follow(replication.listeningPort());
    }

    @Override
    public void close() throws IOException {
        detours.forEach(Detour::close);
        replication.close();
        replica.close();
        master.close();
    }
}
