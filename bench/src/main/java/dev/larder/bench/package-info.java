/**
 * The command of the benchmarks and of the course backend. May import everything; nothing imports it. Start reading at
 * {@link dev.larder.bench.BenchCommand}.
 */
@NullMarked
package dev.larder.bench;

import org.jspecify.annotations.NullMarked;
