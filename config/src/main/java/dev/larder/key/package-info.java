/**
 * From a request and an identity to the key of a stored response, or the reason why there is none. Pure. May import
 * {@code route}, {@code rules} and {@code http}. Start reading at {@link dev.larder.key.KeyDeriver}.
 */
@NullMarked
package dev.larder.key;

import org.jspecify.annotations.NullMarked;
