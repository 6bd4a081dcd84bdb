/** Temporary folders of what the bench starts. Imports nothing of ours. */
@NullMarked
package dev.larder.bench.files;

import org.jspecify.annotations.NullMarked;
