package dev.larder.rules;

/**
 * A value with the place in the file where it stands, so that whoever finds it wrong later can say where.
 *
 * @param value the value
 * @param at where its first character stands
 */
public record Located<T>(T value, Position at) {}
