/**
 * The command line and the composition root: the only place that reads the clock, the environment and files.
 */
@NullMarked
package dev.larder.cli;

import org.jspecify.annotations.NullMarked;
