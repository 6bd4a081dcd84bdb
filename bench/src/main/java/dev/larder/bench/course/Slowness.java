package dev.larder.bench.course;

import java.time.Duration;

/**
 * How slow the backend is made, as by a slow database. No thread and no connection is held meanwhile, so any number of
 * requests is slow side by side.
 *
 * @param beforeRead between a read request and its statements
 * @param afterRead between its statements and its answer: what is answered is then this old
 * @param beforeWrite between a write request and its statements
 * @param afterWrite between its commit and its answer
 */
public record Slowness(Duration beforeRead, Duration afterRead, Duration beforeWrite, Duration afterWrite) {
    /** As fast as it can. */
    public static final Slowness NONE = new Slowness(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    /** Reads take this much longer, after their statements: the harder case for a cache, since what they answer is old. */
    public static Slowness ofReads(Duration added) {
        return new Slowness(Duration.ZERO, added, Duration.ZERO, Duration.ZERO);
    }

    /** The same with writes that take this much longer, half of it before their commit and half of it after. */
    public Slowness withWrites(Duration added) {
        return new Slowness(beforeRead, afterRead, added.dividedBy(2), added.minus(added.dividedBy(2)));
    }
}
