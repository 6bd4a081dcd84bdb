package dev.larder.fuzz;

/**
 * A difference, a leak, an exception or a hang.
 *
 * @param kind one word or two for all of its like
 * @param detail what was expected and what came
 */
record Finding(String kind, String detail) {}
