package dev.larder.exchange;

import dev.larder.identity.IdentityResolver;
import dev.larder.plan.Rulebook;

/**
 * The rules of a moment and who their visitors are: an exchange keeps those it began with to its end. Immutable; any
 * thread.
 *
 * @param rulebook what requests mean
 * @param identities of this very file; what one of them is told to forget, those before and after it forget as well
 */
public record RulesInForce(Rulebook rulebook, IdentityResolver identities) {}
