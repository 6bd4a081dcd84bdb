/**
 * JSON read so that no two readers could understand it differently. Imports nothing of ours. Start reading at {@link
 * dev.larder.json.StrictJson}.
 */
@NullMarked
package dev.larder.json;

import org.jspecify.annotations.NullMarked;
