package dev.larder.store.redis;

import dev.larder.key.CacheKey;
import dev.larder.purge.PurgeGroup;
import dev.larder.store.OwedPurges;
import dev.larder.store.StoredPlace;

/**
 * What lies where in Redis. Pure.
 *
 * <ul>
 *   <li>{@code NAMESPACE KEY}: a hash of stored responses, the key by its {@link CacheKey#storeName}; field {@code SITE|VARIANT} is one, {@code SITE|vary} the names
 *       of the fields that choose the variant, {@code SITE|order} the variants in the order in which they were stored. {@code
 *       #SITE|VARIANT} is the {@link EntryMark} of the first: what sweeping and counting need to know of it.
 *   <li>{@code NAMESPACE @group:NAME}: a hash; {@code e} is the epoch, {@code i:ID} an intent and {@code h:ID} a hold
 *       with their deadlines in milliseconds by the server's clock.
 *   <li>{@code NAMESPACE @epoch}: the same for the store-wide epoch; {@code r:FINGERPRINT} for each rules file by which something may
 *       have been stored since the epoch was renewed: whoever purges by another one renews it.
 *   <li>{@code NAMESPACE @change:ROUTE}: a hash; {@code e} is the change token.
 *   <li>{@code NAMESPACE @members}: a hash; field ID is a sidecar, with the end of its lease in milliseconds by the server's
 *       clock, the fingerprint of its rules, and an exclamation mark where it cannot renew; {@code d:FINGERPRINT} for the rules of one
 *       that died, with the end of an intent's lease since.
 *   <li>Channel {@code NAMESPACE @feed}: what concerns all sidecars; {@code NAMESPACE @feed:ID}: what concerns one. What is said
 *       there is at {@link FeedMessage}.
 *   <li>{@code NAMESPACE @ended}: a hash; field {@code credential:IDENTITY:HASH} is a credential that was ended, with the time in
 *       milliseconds by the server's clock until which that is kept.
 *   <li>{@code NAMESPACE @changing}: a hash; a field for each write that may be changing visitors, with a deadline in
 *       milliseconds by the server's clock and their groups.
 *   <li>{@code NAMESPACE @flight:HASH}: a text, for a moment: which sidecar fetches what the hash is of, or what came of it.
 *   <li>{@code NAMESPACE @sweep}: a hash; how much is stored of each route ({@code n:ROUTE} responses, {@code b:ROUTE} bytes), who
 *       sweeps, and how the last sweep went; see {@link RedisScript#SWEEP}.
 *   <li>{@code NAMESPACE @secret}: a text, what keys the ids of opaque credentials where no secret is set.
 * </ul>
 *
 * A route's name does not begin with {@code @}, so keys and groups never meet; a variant is empty or holds a colon, so it
 * is neither {@code vary} nor {@code order}, and a site begins with a scheme, so it is no mark.
 */
final class RedisNames {

    static final String EPOCH = "e";
    static final String INTENT = "i:";
    static final String HOLD = "h:";
    static final String RULES = "r:";
    static final String DEAD = "d:";

    /** What the field of a mark begins with. */
    static final String MARK = "#";

    private final String namespace;

    RedisNames(String namespace) {
        this.namespace = namespace;
    }

    String entry(CacheKey key) {
        return namespace + key.storeName();
    }

    String group(PurgeGroup group) {
        return group.name().equals(OwedPurges.EVERYTHING.name())
                ? namespace + group.name()
                : namespace + "@group:" + group.name();
    }

    String secret() {
        return namespace + "@secret";
    }

    /** Where the response of a key, a site and a variant lies. */
    StoredPlace place(CacheKey key, String site, String variant) {
        return place(entry(key), variant(site, variant));
    }

    /** The same of names from before. */
    StoredPlace place(String entry, String variant) {
        return new StoredPlace(namespace, entry, variant);
    }

    String sweep() {
        return namespace + "@sweep";
    }

    /** A glob that matches every name of this namespace. */
    String all() {
        return namespace.replaceAll("([\\\\*?\\[\\]^])", "\\\\$1") + '*';
    }

    /** Whether a name that {@link #all} matches is that of stored responses. */
    boolean isEntry(String name) {
        return name.startsWith(namespace) && !name.startsWith("@", namespace.length());
    }

    /** What the key of stored responses is called, of a name of which {@link #isEntry} is true. */
    String keyOf(String name) {
        return name.substring(namespace.length());
    }

    /** The site of a mark's field. */
    static String siteOf(String mark) {
        int end = mark.indexOf('|');
        return mark.substring(MARK.length(), end < 0 ? mark.length() : end)
                .replace("%7C", "|")
                .replace("%25", "%");
    }

    String members() {
        return namespace + "@members";
    }

    String flight(String hash) {
        return namespace + "@flight:" + hash;
    }

    String ended() {
        return namespace + "@ended";
    }

    String changing() {
        return namespace + "@changing";
    }

    String feed() {
        return namespace + "@feed";
    }

    String feed(String member) {
        return namespace + "@feed:" + member;
    }

    String change(String route) {
        return namespace + "@change:" + route;
    }

    /** What the fields of this site begin with. */
    static String site(String site) {
        // An authority may hold neither sign; one that does all the same must not reach into another's fields.
        return (site.indexOf('|') < 0 && site.indexOf('%') < 0
                        ? site
                        : site.replace("%", "%25").replace("|", "%7C"))
                + '|';
    }

    static String vary(String site) {
        return site(site) + "vary";
    }

    static String mark(String site, String variant) {
        return MARK + variant(site, variant);
    }

    static String variant(String site, String variant) {
        return site(site) + variant;
    }
}
