package dev.larder.bench.speed;

import dev.larder.bench.report.Section;
import dev.larder.bench.rivals.Rival;
import dev.larder.bench.rivals.RivalProcess;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Hits while purges of something else go on: in larder by writes that pass through it, in Varnish by bans. nginx and HAProxy, as they are
 * packaged, cannot purge. What sends the writes and what answers them shares a core with the load, so that hits become fewer whoever
 * passes the writes on: they are compared with hits while the same writes go to the backend past the proxy. For one thread, which starts
 * another for the writes; blocking.
 */
final class PurgesBeside {
    static final String ID = "purge";
    private static final int PURGES_A_SECOND = 100;
    private static final int WRITES_TO_WARM_UP = 20_000;
    private static final double NANOS_PER_MICRO = 1_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int RATE = 5_000;
    private static final String NEXT_ACTION = "40f1e2d3c4b5a6978877665544332211aabbccddee";
    private static final Target TARGET = Target.zipf("/api/public/lessons?page=1&limit=5&search=b1024-", 10_000);

    private final Ring ring;
    private final SpeedOrigin origin;
    private final Wrk wrk;
    private final OpenLoop openLoop;
    private long run = System.nanoTime() & 0xffffff;

    PurgesBeside(Ring ring, SpeedOrigin origin, Wrk wrk, OpenLoop openLoop) {
        this.ring = ring;
        this.origin = origin;
        this.wrk = wrk;
        this.openLoop = openLoop;
    }

    Section run() throws IOException, InterruptedException {
        List<Section.Row> rows = new ArrayList<>();
        for (Rival rival : ring.among(List.of(Rival.LARDER, Rival.LARDER_REDIS, Rival.VARNISH))) {
            RowOfRounds quiet = new RowOfRounds(rival.title(), rival.own());
            RowOfRounds past = new RowOfRounds(rival.title() + ", writes past it", rival.own());
            RowOfRounds with = new RowOfRounds(rival.title() + ", purged", rival.own());
            try (RivalProcess process = ring.start(rival, origin.address())) {
                ring.progress().accept(ID + ": warming up " + rival.title());
                warmUp(process);
                for (int round = 0; round < ring.rounds(); round++) {
                    slice(process, quiet);
                    beside(process, origin.address(), past);
                    beside(process, process.address(), with);
                }
            }
            rows.add(quiet.row());
            rows.add(past.row());
            rows.add(with.row());
        }
        return new Section(
                ID,
                "Hits while others write",
                "Hits of 10,000 keys while something else is purged %d times a second: by writes of visitors that pass through larder and that its rules match, by bans in Varnish. Beside it the same hits alone, and while the same writes go to the backend past the proxy: they take from the core of the load, too."
                        .formatted(PURGES_A_SECOND),
                List.of(
                        new Section.Column("rate", "a second", "", 0, true),
                        new Section.Column("cpu", "CPU each", "µs", 2, true),
                        new Section.Column("p50", "p50 at %,d/s".formatted(RATE), "µs", 0, false),
                        new Section.Column("p99", "p99", "µs", 0, true),
                        new Section.Column("late", "load late", "µs", 0, false),
                        new Section.Column("purges", "purges a second", "", 0, false)),
                rows,
                List.of());
    }

    /** Warms up the way of a write, as many as a proxy compiles after, then that of a hit. */
    private void warmUp(RivalProcess process) throws IOException, InterruptedException {
        try (Purger unpaced = new Purger(process.rival(), process.address(), 0)) {
            long last = System.nanoTime() + TimeUnit.SECONDS.toNanos(ring.warmSeconds());
            while (unpaced.answered() < WRITES_TO_WARM_UP && System.nanoTime() < last) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            ring.progress().accept("%s: %,d writes while warming up".formatted(ID, unpaced.answered()));
        }
        long unused = new WarmUp(wrk, ring.warmSeconds())
                .run(process.address(), TARGET, WarmUp.MANY, () -> ProcessCost.cpuMicrosOf(process.handle()));
    }

    private void beside(RivalProcess process, URI to, RowOfRounds row) throws IOException, InterruptedException {
        try (Purger purger = new Purger(process.rival(), to, PURGES_A_SECOND)) {
            long began = System.nanoTime();
            slice(process, row);
            row.add("purges", purger.answered() * NANOS_PER_SECOND / (System.nanoTime() - began));
        }
    }

    private void slice(RivalProcess process, RowOfRounds row) throws IOException, InterruptedException {
        long before = ProcessCost.cpuMicrosOf(process.handle());
        Wrk.Result result = wrk.run(process.address(), TARGET, Wrk.CONNECTIONS, ring.seconds());
        long cpu = ProcessCost.cpuMicrosOf(process.handle()) - before;
        row.add("rate", result.perSecond());
        row.add("cpu", (double) cpu / Math.max(1, result.requests()));
        OpenLoopResult atRate = openLoop.run(new OpenLoopJob(
                process.address().getPort(), RATE, FixedRateSlices.WARM_MILLIS, ring.seconds(), TARGET, run++));
        row.add("late", atRate.lateNanos() / NANOS_PER_MICRO);
        if (atRate.onTime()) {
            row.add("p50", atRate.nanos().getValueAtPercentile(50) / NANOS_PER_MICRO);
            row.add("p99", atRate.nanos().getValueAtPercentile(99) / NANOS_PER_MICRO);
        }
        ring.progress().accept("%s: %,.0f a second".formatted(ID, result.perSecond()));
    }

    /** Writes of one visitor after another, at a fixed pace, until it is closed. */
    private static final class Purger implements AutoCloseable {
        private final Rival rival;
        private final RawConnection connection;
        private final long nanosBetween;
        private final Thread thread = new Thread(this::run, "purges");
        /** Written by the thread of purges alone. */
        private volatile long answered;

        private volatile boolean closing;

        /**
         * Starts it.
         *
         * @param perSecond how many writes; 0: each as soon as the one before is answered
         */
        Purger(Rival rival, URI to, int perSecond) throws IOException {
            this.rival = rival;
            this.connection = RawConnection.open(to);
            this.nanosBetween = perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / perSecond;
            thread.start();
        }

        long answered() {
            return answered;
        }

        private void run() {
            long due = System.nanoTime();
            long count = 0;
            try {
                while (!closing) {
                    purge(count++);
                    answered = count;
                    due += nanosBetween;
                    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                        LockSupport.parkNanos(left);
                    }
                }
            } catch (IOException e) {
                // How many were answered says it.
                return;
            }
        }

        private void purge(long count) throws IOException {
            int visitor = (int) (count % BrowserHead.VISITORS);
            if (rival == Rival.VARNISH) {
                connection.send("BAN", "/", visitor, Map.of("X-Purge", "/api/user/courses/c" + count), "");
            } else {
                String page = "/user/courses/c1/lessons/l" + count;
                String body = "[\"u%03d\",\"l%d\",\"COMPLETED\"]".formatted(visitor, count);
                connection.send(
                        "POST",
                        page,
                        visitor,
                        Map.of("Next-Action", NEXT_ACTION, "Content-Type", "text/plain;charset=UTF-8"),
                        body);
            }
            int status = connection.answer();
            if (status != 200) {
                throw new IOException("a purge was answered with " + status);
            }
        }

        @Override
        public void close() throws IOException, InterruptedException {
            closing = true;
            thread.join();
            connection.close();
        }
    }
}
