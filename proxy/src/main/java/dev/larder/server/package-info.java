/**
 * The visitors' side on Netty: binding, the pipeline, refusing what is malformed. Start reading at ProxyPipeline.
 */
@NullMarked
package dev.larder.server;

import org.jspecify.annotations.NullMarked;
