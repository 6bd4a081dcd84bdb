package dev.larder.purge;

/**
 * The unit of invalidation: all stored responses of a route, those of a route with some key parameters fixed, or what is
 * known of visitors. A stored response belongs to a handful of groups, known from its key alone; a purge names groups.
 * The cost of a purge is the number of groups it names.
 *
 * <p>Names are injective: parts are escaped as in keys, so no two groups share one. {@code route:NAME}, {@code
 * route:NAME:p=v:q=w} with the parameters sorted; {@code identity:NAME}, {@code identity:NAME:claim=v}.
 *
 * @param name the group's name
 * @param route the route it lies in, empty for identities: any purge of a group of a route renews that route's change
 *     token
 */
public record PurgeGroup(String name, String route) {}
