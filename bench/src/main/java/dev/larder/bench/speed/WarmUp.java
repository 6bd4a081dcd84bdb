package dev.larder.bench.speed;

import java.io.IOException;
import java.net.URI;
import java.util.function.LongSupplier;

/**
 * Loads a proxy until what a request costs falls no more, and until it has answered as many as a compiler that works beside it needs
 * to be done. The same for every proxy. For one thread; blocking.
 */
final class WarmUp {
    /** Requests for bodies of up to 10 KiB. */
    static final int MANY = 150_000;

    private static final int EVEN_SLICES = 2;
    private static final double STILL_FALLING = 0.97;

    private final Saturation load;
    private final int mostSeconds;

    /**
     * A warm-up.
     *
     * @param mostSeconds after which it ends in any case
     */
    WarmUp(Saturation load, int mostSeconds) {
        this.load = load;
        this.mostSeconds = mostSeconds;
    }

    /**
     * Runs it.
     *
     * @param atLeast how many requests are to be answered
     * @param cpuMicros CPU time of the proxy so far
     * @return how many were
     */
    long run(URI address, Target target, long atLeast, LongSupplier cpuMicros)
            throws IOException, InterruptedException {
        double best = Double.MAX_VALUE;
        int even = 0;
        long answered = 0;
        for (int second = 0; second < mostSeconds && (even < EVEN_SLICES || answered < atLeast); second++) {
            long before = cpuMicros.getAsLong();
            Wrk.Result result = load.run(address, target, Wrk.CONNECTIONS, 1);
            double cost = (double) (cpuMicros.getAsLong() - before) / Math.max(1, result.requests());
            even = cost > best * STILL_FALLING ? even + 1 : 0;
            best = Math.min(best, cost);
            answered += result.requests();
        }
        return answered;
    }
}
