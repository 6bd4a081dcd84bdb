package dev.larder.bench.speed;

/**
 * A load at a fixed rate.
 *
 * @param port on the loopback address
 * @param rate requests a second
 * @param warmMillis milliseconds at the same rate, before anything counts
 * @param seconds that count
 * @param run makes the numbers of fresh keys differ from those of other runs
 */
record OpenLoopJob(int port, int rate, int warmMillis, int seconds, Target target, long run) {
    /** Connections; a request that is due and finds none free waits, and its waiting counts. */
    static final int CONNECTIONS = 64;
}
