/**
 * The pure steps of a hit, each by itself, measured with JMH: {@code ./larder bench jmh [pattern]}. What a benchmark
 * returns is what the step came to, so that {@code JmhTest} can tell that it measures the right thing. Start reading at
 * {@link dev.larder.bench.jmh.JmhCommand}.
 */
@NullMarked
package dev.larder.bench.jmh;

import org.jspecify.annotations.NullMarked;
