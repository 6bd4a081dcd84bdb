/** The public conformance suite for HTTP caches, run against a sidecar. Start reading at ConformanceTest. */
@NullMarked
package dev.larder.conformance;

import org.jspecify.annotations.NullMarked;
