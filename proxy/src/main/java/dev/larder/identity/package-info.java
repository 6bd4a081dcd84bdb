/**
 * Who is asking: finding the credential, hashing it, and making the identity known (opaque, JWT, or asked of the
 * backend). May import {@code origin} and what lies below. Start reading at {@link dev.larder.identity.IdentityResolver}.
 */
@NullMarked
package dev.larder.identity;

import org.jspecify.annotations.NullMarked;
