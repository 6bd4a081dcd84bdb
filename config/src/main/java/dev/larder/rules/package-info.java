/**
 * The rules file as data: what {@code rules.yaml} says, each value with its line and column, and the loader that turns
 * text into {@link dev.larder.rules.Rules} or into all of its {@link dev.larder.rules.Problem}s. May import {@code
 * http}; it alone (with {@code settings}) sees SnakeYAML and Jackson. Start reading at {@link dev.larder.rules.Rules}.
 */
@NullMarked
package dev.larder.rules;

import org.jspecify.annotations.NullMarked;
