package dev.larder.bench.course;

import java.time.Duration;
import java.time.InstantSource;

/**
 * How a course backend is run.
 *
 * @param host the address to listen on
 * @param slowness at the start; {@link CourseBackend#slowness(Slowness)} changes it
 * @param pageGap between two pieces of a page
 * @param keepAlive how long an idle connection is kept, also told to clients, in whole seconds
 * @param clock by which sessions expire and answers are dated
 */
public record CourseOptions(String host, Slowness slowness, Duration pageGap, Duration keepAlive, InstantSource clock) {

    /** On the loopback address, fast, connections kept for 5 s as the platform does. */
    public static CourseOptions defaults() {
        return new CourseOptions(
                "127.0.0.1", Slowness.NONE, Duration.ofMillis(2), Duration.ofSeconds(5), InstantSource.system());
    }

    /** The same with another slowness. */
    public CourseOptions withSlowness(Slowness other) {
        return new CourseOptions(host, other, pageGap, keepAlive, clock);
    }
}
