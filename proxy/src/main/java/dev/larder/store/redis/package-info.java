/**
 * The store on Redis through Lettuce, which no other package sees.
 */
@NullMarked
package dev.larder.store.redis;

import org.jspecify.annotations.NullMarked;
