/**
 * HTTP as plain values: fields, heads and the strictly decoded request target. Nothing here knows Netty, a clock or a
 * rule. Imports nothing of larder. Start reading at {@link dev.larder.http.RequestHead}.
 */
@NullMarked
package dev.larder.http;

import org.jspecify.annotations.NullMarked;
