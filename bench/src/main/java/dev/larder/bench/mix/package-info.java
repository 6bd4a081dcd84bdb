/**
 * The traffic mix of 200 visitors and the figure of the design document: a trace made from a seed, an open-loop runner,
 * and what a perfect cache would reach on the same trace. May import {@code course} for its seed data and {@code stage}. Start reading at
 * {@link dev.larder.bench.mix.CourseMix}.
 */
@NullMarked
package dev.larder.bench.mix;

import org.jspecify.annotations.NullMarked;
