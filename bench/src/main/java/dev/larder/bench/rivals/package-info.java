/**
 * The programs that larder is measured beside: how each is configured, started on one core and ended. May import
 * {@code stage} and {@code files}. Start reading at {@link dev.larder.bench.rivals.Rival} and {@link dev.larder.bench.rivals.RivalProcess}.
 */
@NullMarked
package dev.larder.bench.rivals;

import org.jspecify.annotations.NullMarked;
