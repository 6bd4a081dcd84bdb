package dev.larder.server;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Netty's decoder, but a request with both Content-Length and Transfer-Encoding is malformed (RFC 9112 section 6.1). */
final class StrictRequestDecoder extends HttpRequestDecoder {

    StrictRequestDecoder(int requestLineBytes, int headBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(requestLineBytes)
                .setMaxHeaderSize(headBytes)
                .setMaxChunkSize(64 * 1024));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
