package dev.larder.rig;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A body of 1 GiB each way through a sidecar in this process, and what it held at most. Run by hand:
 * {@code java -Xmx64m -XX:MaxDirectMemorySize=64m -cp … dev.larder.rig.GigabyteRun}.
 */
public final class GigabyteRun {

    private static final long LENGTH = 1L << 30;
    private static final int PIECE = 1 << 20;

    private GigabyteRun() {}

    /** Prints two lines of figures. */
    public static void main(String[] arguments) throws Exception {
        AtomicLong most = new AtomicLong();
        try (WireRig rig = WireRig.before((wire, number) -> {
            for (String head = wire.head(); head != null; head = wire.head()) {
                if (head.startsWith("POST")) {
                    wire.skip(LENGTH);
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                } else {
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + LENGTH + "\r\n\r\n");
                    send(wire, most);
                }
            }
        })) {
            try (Wire client = rig.connect()) {
                long begun = System.nanoTime();
                client.send("GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n").head();
                client.skip(LENGTH);
                print("download", begun, most);
                begun = System.nanoTime();
                client.send("POST /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: " + LENGTH + "\r\n\r\n");
                send(client, most);
                System.out.println(client.message().body());
                print("upload", begun, most);
            }
        }
    }

    private static void send(Wire wire, AtomicLong most) throws Exception {
        byte[] piece = new byte[PIECE];
        ByteBufAllocatorMetric metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        for (long sent = 0; sent < LENGTH; sent += PIECE) {
            wire.send(piece);
            long held = metric.usedDirectMemory() + metric.usedHeapMemory();
            most.accumulateAndGet(held, Math::max);
        }
    }

    private static void print(String what, long begun, AtomicLong most) {
        System.out.printf(
                "%s of %d MiB in %d ms; allocator held at most %d KiB; heap %d of %d MiB%n",
                what,
                LENGTH >> 20,
                (System.nanoTime() - begun) / 1_000_000,
                most.getAndSet(0) >> 10,
                (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20,
                Runtime.getRuntime().maxMemory() >> 20);
    }
}
