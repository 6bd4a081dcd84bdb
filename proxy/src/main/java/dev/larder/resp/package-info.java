/**
 * The protocol of Redis (RESP2) on the event loops that serve visitors: commands out, replies in, in order, bounded and without a
 * thread of its own. It knows neither what is asked nor why, and never connects anew by itself. {@link dev.larder.resp.RespConnection}
 * is one connection, {@link dev.larder.resp.ReplyParser} what it understands.
 */
@NullMarked
package dev.larder.resp;

import org.jspecify.annotations.NullMarked;
