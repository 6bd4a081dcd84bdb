/**
 * The protocol by which several sidecars keep one store's readers fresh, as a small executable model: no Netty, no Redis,
 * no threads. {@link dev.larder.model.World} is the state and its steps, {@link dev.larder.model.Flaw} what can be left
 * out of the protocol, {@link dev.larder.model.Fault} what can happen to it; {@link dev.larder.model.Explorer} visits
 * every interleaving of a small setup, {@link dev.larder.model.Walker} many of a larger one. Start reading at World.
 */
@NullMarked
package dev.larder.model;

import org.jspecify.annotations.NullMarked;
