/**
 * RFC 9111 and RFC 5861 as pure functions over heads and times: may this be stored, how old and how fresh is it, may it
 * answer this request. No clock, no I/O, no Netty, no store. Start reading at {@link dev.larder.policy.ReusePolicy}.
 */
@NullMarked
package dev.larder.policy;

import org.jspecify.annotations.NullMarked;
