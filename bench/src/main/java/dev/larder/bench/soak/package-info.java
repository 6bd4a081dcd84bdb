/**
 * Does a sidecar grow? {@code ./larder bench soak}: a steady mixed load on one in a process of its own, whose memory,
 * descriptors and threads are read from the system. May import {@code stage}. Start reading at {@link dev.larder.bench.soak.SoakCommand}.
 */
@NullMarked
package dev.larder.bench.soak;

import org.jspecify.annotations.NullMarked;
