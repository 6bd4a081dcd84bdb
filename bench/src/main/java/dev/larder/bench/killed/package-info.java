/**
 * Sidecars killed between a write's commit and its purge, and what another one answers meanwhile. May import {@code mix} and
 * {@code stage}. Start reading at {@link dev.larder.bench.killed.KilledCommand}.
 */
@NullMarked
package dev.larder.bench.killed;

import org.jspecify.annotations.NullMarked;
