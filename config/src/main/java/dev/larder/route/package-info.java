/**
 * Route templates and the table that chooses one by host and path. Pure. May import {@code rules} and {@code http}.
 * Start reading at {@link dev.larder.route.RouteTable}.
 */
@NullMarked
package dev.larder.route;

import org.jspecify.annotations.NullMarked;
