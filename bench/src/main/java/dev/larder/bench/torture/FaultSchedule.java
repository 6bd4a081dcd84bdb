package dev.larder.bench.torture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Strikes with one fault after another, drawn from a seed, with a while between them in which all is well. For one thread;
 * blocks.
 */
final class FaultSchedule {
    private static final long SYNC_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final StoreCluster store;
    private final List<SidecarProcess> sidecars;
    private final Events events;
    private final FreshnessTally tally;
    private final Draw draw;
    private final List<Fault> faults;
    private final LongSupplier nanoTime;

    FaultSchedule(
            StoreCluster store,
            List<SidecarProcess> sidecars,
            Events events,
            FreshnessTally tally,
            Draw draw,
            Set<Fault> faults,
            LongSupplier nanoTime) {
        this.store = store;
        this.sidecars = List.copyOf(sidecars);
        this.events = events;
        this.tally = tally;
        this.draw = draw;
        this.faults = new ArrayList<>(faults);
        this.faults.remove(Fault.ORIGIN);
        this.nanoTime = nanoTime;
    }

    /** Until that time, and then until the last fault is over. */
    void run(long untilNanos, long everyMillis) throws IOException {
        while (nanoTime.getAsLong() - untilNanos < 0) {
            rest(everyMillis / 2 + draw.below((int) everyMillis));
            if (!faults.isEmpty() && nanoTime.getAsLong() - untilNanos < 0) {
                Fault fault = draw.of(faults);
                strike(fault);
                tally.fault(fault);
            }
        }
    }

    private void strike(Fault fault) throws IOException {
        SidecarProcess sidecar = draw.of(sidecars);
        switch (fault) {
            case KILL -> {
                events.down(sidecar.number());
                events.add("sidecar " + sidecar.number() + " killed");
                sidecar.kill();
                rest(draw.below(3_000));
                sidecar.startAgain();
                events.add("sidecar " + sidecar.number() + " started again");
                events.up(sidecar.number());
            }
            case PAUSE -> {
                events.add("sidecar " + sidecar.number() + " stopped");
                sidecar.pause();
                rest(200 + draw.below(2_800));
                sidecar.resume();
                events.add("sidecar " + sidecar.number() + " goes on");
            }
            case PARTITION -> {
                events.add("sidecar " + sidecar.number() + " cut off from the store");
                events.partitioned(sidecar.number());
                store.detour(sidecar.number()).cut();
                rest(200 + draw.below(2_800));
                store.detour(sidecar.number()).mend();
                events.add("sidecar " + sidecar.number() + " may reach the store again");
                sidecar.awaitStore();
                events.add("sidecar " + sidecar.number() + " reaches the store again");
                events.up(sidecar.number());
            }
            case STORE_EMPTY -> {
                events.add("store killed");
                events.storeAway();
                store.master().kill();
                rest(draw.below(2_000));
                store.master().startEmpty();
                events.storeBack();
                events.add("store started, empty");
            }
            case STORE_DUMP -> {
                store.master().dump();
                events.add("store dumped");
                rest(300 + draw.below(2_000));
                events.add("store killed");
                events.storeAway();
                store.master().kill();
                rest(draw.below(1_000));
                store.master().startWithDump();
                events.storeBack();
                events.add("store started with the dump");
            }
            case FAILOVER -> failOver();
            case ORIGIN -> throw new IllegalStateException("the backend errs by itself");
        }
    }

    private void failOver() throws IOException {
        long end = nanoTime.getAsLong() + SYNC_NANOS;
        while (!store.replica().isInSync() && nanoTime.getAsLong() - end < 0) {
            rest(50);
        }
        events.add("replica held back");
        store.holdReplicaBack();
        rest(100 + draw.below(1_500));
        events.add("master killed");
        events.storeAway();
        store.failOver();
        events.storeBack();
        events.add("replica is the master");
        rest(draw.below(500));
        store.rejoin();
        events.add("former master started as replica");
    }

    private void rest(long millis) {
        long end = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = end - nanoTime.getAsLong(); left > 0; left = end - nanoTime.getAsLong()) {
            LockSupport.parkNanos(left);
        }
    }
}
