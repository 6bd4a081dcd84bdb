/**
 * Which stored responses a write makes invalid, as groups. Pure. May import {@code key} and what lies below it. Start
 * reading at {@link dev.larder.purge.PurgeGroup} and {@link dev.larder.purge.PurgePlanner}.
 */
@NullMarked
package dev.larder.purge;

import org.jspecify.annotations.NullMarked;
