/**
 * How this sidecar runs: addresses, store, timeouts and bounds, read from a file, the environment and flags. Imports
 * {@code rules} for durations, sizes and problems. Start reading at {@link dev.larder.settings.Settings}.
 */
@NullMarked
package dev.larder.settings;

import org.jspecify.annotations.NullMarked;
