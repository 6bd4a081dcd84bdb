/**
 * What visitors notice while the store is in trouble: a steady load, faults of a real Redis, and a report. May import
 * {@code course}, {@code mix} and {@code stage}. Start reading at {@link dev.larder.bench.trouble.StoreTroubleCommand}.
 */
@NullMarked
package dev.larder.bench.trouble;

import org.jspecify.annotations.NullMarked;
