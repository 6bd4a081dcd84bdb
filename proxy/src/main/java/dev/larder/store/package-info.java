/**
 * Where stored responses are: the SPI, the embedded store, and what guards any store. Never imports {@code policy},
 * {@code origin}, {@code exchange} or Netty's buffers. Start reading at {@link dev.larder.store.CacheStore}.
 */
@NullMarked
package dev.larder.store;

import org.jspecify.annotations.NullMarked;
