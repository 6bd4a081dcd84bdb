/**
 * {@code larder bench purge}: what a purge costs among how many stored responses, and what others' ways cost. Uses the proxy's stores and the
 * stage's Redis; start reading at {@link dev.larder.bench.purge.PurgeCommand}.
 */
@NullMarked
package dev.larder.bench.purge;

import org.jspecify.annotations.NullMarked;
