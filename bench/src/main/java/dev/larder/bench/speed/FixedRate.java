package dev.larder.bench.speed;

import java.io.IOException;

/** A load whose requests go out when they are due; {@link OpenLoop} outside tests. Blocking. */
interface FixedRate {
    /** Runs one job to its end. */
    OpenLoopResult run(OpenLoopJob job) throws IOException;
}
