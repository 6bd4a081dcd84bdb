/**
 * Torture: a backend whose answers say whose they are and of which version, clients that ask it through larder whatever
 * comes to a mind that means no good, and a checker that knows what the backend by itself would have answered. May import
 * {@code mix} and {@code stage}. Start reading at {@link dev.larder.bench.torture.PrivateRun}.
 */
@NullMarked
package dev.larder.bench.torture;

import org.jspecify.annotations.NullMarked;
