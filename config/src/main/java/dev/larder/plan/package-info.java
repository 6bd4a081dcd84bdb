/**
 * A compiled rules file and what it means for one request. The proxy, {@code larder check} and {@code larder explain}
 * all ask the same {@link dev.larder.plan.Rulebook}. Pure. May import everything else in this module but {@code
 * settings}. Start reading at {@link dev.larder.plan.Rulebook}.
 */
@NullMarked
package dev.larder.plan;

import org.jspecify.annotations.NullMarked;
