/**
 * One request is one {@link dev.larder.exchange.Exchange}, confined to the event loop of its client connection, walking
 * the table of {@link dev.larder.exchange.ExchangeState}.
 */
@NullMarked
package dev.larder.exchange;

import org.jspecify.annotations.NullMarked;
