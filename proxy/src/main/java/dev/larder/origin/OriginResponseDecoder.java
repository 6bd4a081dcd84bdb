package dev.larder.origin;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;

/**
 * Decodes the origin's answers one call at a time: it knows whether the call was a HEAD, whose answer has no body
 * whatever its fields say (RFC 9112 section 6.3), and refuses an answer with both Content-Length and Transfer-Encoding.
 */
final class OriginResponseDecoder extends HttpResponseDecoder {

    private boolean head;

    OriginResponseDecoder(int maxHeadBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(maxHeadBytes)
                .setMaxHeaderSize(maxHeadBytes)
                .setMaxChunkSize(64 * 1024));
    }

    /** Says that the next final answer is to a HEAD, or is not. */
    void expectAnswerToHead(boolean expected) {
        head = expected;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return head || super.isContentAlwaysEmpty(message);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new TooLongFrameException("both Content-Length and Transfer-Encoding");
    }
}
