package dev.larder.store.redis;

import dev.larder.cli.Wiring;
import dev.larder.rig.Adjusted;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.TestClock;
import dev.larder.settings.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads and writes through two sidecars that share one store, of items whose every version is known: a read is stale where
 * it shows a version older than one whose write had been answered before the read was sent.
 */
final class VersionedLoad implements AutoCloseable {

    static final int ITEMS = 24;

    private static final String RULES = """
            version: 1
            routes:
              - { name: items, get: "/items/{id}", ttl: 1h }
            purges:
              - { name: item-changed, when: [ "POST /items/{id}" ], purge: [ "items:id:{id}" ] }
            """;

    private final AtomicLongArray versions = new AtomicLongArray(ITEMS);
    private final AtomicLongArray answered = new AtomicLongArray(ITEMS);
    private final ScriptedOrigin origin = ScriptedOrigin.start(this::answer);
    private final List<Wiring> sidecars = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;

    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong hits = new AtomicLong();
    private final AtomicLong stale = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile String failure = "";

    /** When each item was last answered from the store, by {@link System#nanoTime}. */
    private final AtomicLongArray hitAt = new AtomicLongArray(ITEMS);

    VersionedLoad(String storeUrl) {
        for (int i = 0; i < 2; i++) {
            Settings settings = Adjusted.of(ProxyRig.settings(origin.port()))
                    .store(store -> store.url(storeUrl))
                    .done();
            Wiring.Started started = Wiring.start(
                    settings, ProxyRig.rulebook(RULES), name -> Optional.empty(), new TestClock().clocks());
            sidecars.add(((Wiring.Started.Running) started).sidecar());
        }
        for (Wiring sidecar : sidecars) {
            for (int i = 0; i < 3; i++) {
                begin(sidecar.address(), false);
            }
            begin(sidecar.address(), true);
        }
    }

    private boolean answer(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange) throws IOException {
        int item = Integer.parseInt(request.target().substring("/items/".length()));
        long version = request.method().equals("POST") ? versions.incrementAndGet(item) : versions.get(item);
        exchange.respond(200, Long.toString(version));
        return true;
    }

    private void begin(InetSocketAddress address, boolean writing) {
        Thread thread = new Thread(() -> drive(address, writing), writing ? "writer" : "reader");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void drive(InetSocketAddress address, boolean writing) {
        RawClient client = RawClient.connect(address);
        while (!ended) {
            int item = ThreadLocalRandom.current().nextInt(ITEMS);
            try {
                if (writing) {
                    write(client, item);
                } else {
                    read(client, item);
                }
            } catch (IOException | RuntimeException e) {
                if (!ended) {
                    failed.incrementAndGet();
                    failure = e.toString();
                    client.close();
                    client = RawClient.connect(address);
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(writing ? 25 : 3));
        }
        client.close();
    }

    private void read(RawClient client, int item) throws IOException {
        long floor = answered.get(item);
        RawClient.Answer answer = client.get("/items/" + item);
        reads.incrementAndGet();
        if (answer.status() != 200) {
            failed.incrementAndGet();
            failure = answer.status() + " " + answer.fields();
            return;
        }
        if (Long.parseLong(answer.text()) < floor) {
            stale.incrementAndGet();
            failure = "version " + answer.text() + " after " + floor + ", " + answer.fields();
        }
        if (answer.cacheStatus().contains("; hit")) {
            hits.incrementAndGet();
            hitAt.set(item, System.nanoTime());
        }
    }

    private void write(RawClient client, int item) throws IOException {
        RawClient.Answer answer = client.request("POST", "/items/" + item, "x");
        writes.incrementAndGet();
        if (answer.status() != 200) {
            failed.incrementAndGet();
            failure = answer.status() + " " + answer.fields();
            return;
        }
        answered.accumulateAndGet(item, Long.parseLong(answer.text()), Math::max);
    }

    /** How many items have been answered from the store since then. */
    int hitSince(long nanos) {
        int count = 0;
        for (int i = 0; i < ITEMS; i++) {
            long at = hitAt.get(i);
            count += at != 0 && at - nanos > 0 ? 1 : 0;
        }
        return count;
    }

    long stale() {
        return stale.get();
    }

    long failed() {
        return failed.get();
    }

    /** How many writes have been answered. */
    long writes() {
        return writes.get();
    }

    long hits() {
        return hits.get();
    }

    @Override
    public String toString() {
        return reads + " reads, " + hits + " hits, " + writes + " writes, " + failed + " failed, " + stale + " stale"
                + (failure.isEmpty() ? "" : "; last: " + failure);
    }

    @Override
    public void close() {
        ended = true;
        for (Thread thread : threads) {
            try {
                thread.join(5_000);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        sidecars.forEach(Wiring::close);
        origin.close();
    }
}
