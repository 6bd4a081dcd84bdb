/**
 * All that a benchmark needs, started in one call and ended together: PostgreSQL, course backend, Redis, sidecar. May
 * import {@code course}, and of the proxy what launches a sidecar. Start reading at {@link dev.larder.bench.stage.Stage}.
 */
@NullMarked
package dev.larder.bench.stage;

import org.jspecify.annotations.NullMarked;
