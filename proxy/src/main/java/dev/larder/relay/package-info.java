/**
 * The only home of buffers besides the codecs: moving chunks between two channels, and copying what is captured or
 * inspected.
 */
@NullMarked
package dev.larder.relay;

import org.jspecify.annotations.NullMarked;
