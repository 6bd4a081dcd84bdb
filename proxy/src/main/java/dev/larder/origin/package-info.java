/**
 * The backend's side: pooled connections and calls on them. Events arrive on the loop of the exchange.
 */
@NullMarked
package dev.larder.origin;

import org.jspecify.annotations.NullMarked;
