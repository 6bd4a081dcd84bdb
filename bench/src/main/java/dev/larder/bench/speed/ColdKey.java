package dev.larder.bench.speed;

import dev.larder.bench.report.Section;
import dev.larder.bench.rivals.Rival;
import dev.larder.bench.rivals.RivalProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Many who ask at once for a key that nobody has, before a backend that takes its time. For one thread; blocking. */
final class ColdKey {
    static final String ID = "cold-key";
    private static final int AT_ONCE = 64;
    private static final int SLOW_MILLIS = 149;
    private static final int WARM_UPS = 40;
    private static final int WARM_UP_MILLIS = 5;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Ring ring;
    private final SpeedOrigin origin;
    private long keys = System.nanoTime() & 0xffffff;

    ColdKey(Ring ring, SpeedOrigin origin) {
        this.ring = ring;
        this.origin = origin;
    }

    Section run() throws IOException {
        List<Section.Row> rows = new ArrayList<>();
        for (Rival rival : ring.among(List.of(Rival.LARDER, Rival.NGINX, Rival.HAPROXY, Rival.VARNISH))) {
            RowOfRounds row = new RowOfRounds(rival.title(), rival.own());
            try (RivalProcess process = ring.start(rival, origin.address())) {
                rounds(process, row);
            }
            rows.add(row.row());
        }
        return new Section(
                ID,
                "64 at once on one cold key",
                "64 connections ask for the same key, which nobody has asked for before, and the backend takes 149 ms.",
                List.of(
                        new Section.Column("calls", "calls of the backend", "", 0, true),
                        new Section.Column("all", "all answered after", "ms", 1, true),
                        new Section.Column("first", "first answered after", "ms", 1, false)),
                rows,
                List.of());
    }

    private void rounds(RivalProcess process, RowOfRounds row) throws IOException {
        List<RawConnection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < AT_ONCE; i++) {
                connections.add(RawConnection.open(process.address()));
            }
            for (int i = 0; i < WARM_UPS; i++) {
                ask(connections, WARM_UP_MILLIS);
            }
            for (int round = 0; round < ring.rounds(); round++) {
                long before = origin.requests();
                long[] took = ask(connections, SLOW_MILLIS);
                row.add("calls", origin.requests() - before);
                row.add("first", took[0] / NANOS_PER_MILLI);
                row.add("all", took[1] / NANOS_PER_MILLI);
                ring.progress()
                        .accept("%s: %-18s round %d: %d calls, %.1f ms"
                                .formatted(
                                        ID,
                                        process.rival().title(),
                                        round + 1,
                                        origin.requests() - before,
                                        took[1] / NANOS_PER_MILLI));
            }
        } finally {
            for (RawConnection connection : connections) {
                connection.close();
            }
        }
    }

    /** When the first was answered, and when all were, in nanoseconds from when the first was asked. */
    private long[] ask(List<RawConnection> connections, int slowMillis) throws IOException {
        keys++;
        String path = "/api/public/lessons?page=1&limit=5&search=b1024-slow%d-%d".formatted(slowMillis, keys);
        long begin = System.nanoTime();
        for (int i = 0; i < connections.size(); i++) {
            connections.get(i).get(path, i);
        }
        long first = 0;
        for (RawConnection connection : connections) {
            int status = connection.answer();
            if (status != 200) {
                throw new IOException("an answer is " + status + "; expected 200");
            }
            first = first == 0 ? System.nanoTime() - begin : first;
        }
        return new long[] {first, System.nanoTime() - begin};
    }
}
