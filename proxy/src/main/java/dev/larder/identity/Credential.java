package dev.larder.identity;

/**
 * A visitor's credential as the only form of it that travels: a keyed hash. What the hash was made from stays in the
 * request that carried it.
 *
 * @param identity the identity of the rules file that it was found for
 * @param hash lower-case hex of HMAC-SHA-256 under this process's key, over identity name and credential
 */
public record Credential(String identity, String hash) {}
