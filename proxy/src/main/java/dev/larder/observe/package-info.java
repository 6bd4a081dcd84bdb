/**
 * Metrics and the access log, both listeners to outcomes; nothing calls them by name but the composition root.
 */
@NullMarked
package dev.larder.observe;

import org.jspecify.annotations.NullMarked;
