package dev.larder.bench.speed;

import java.io.IOException;
import java.net.URI;

/** A load in which each connection asks again as soon as it has its answer; {@link Wrk#run} outside tests. Blocking. */
interface Saturation {
    /** Loads one address for a whole number of seconds. */
    Wrk.Result run(URI address, Target target, int connections, int seconds) throws IOException, InterruptedException;
}
