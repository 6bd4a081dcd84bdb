package dev.larder.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's decoder, less lenient: a request with both Content-Length and Transfer-Encoding is malformed (RFC 9112 section
 * 6.1), and so is one whose request line is divided by anything but single blanks (section 3), that begins with anything
 * but empty lines and a token, or that folds a field line (section 5.2).
 *
 * <p>What follows a request to switch protocols is not looked at before it is known whether it is HTTP: {@link #resume}
 * says that it is, and a decoder that is taken out passes it on as it came.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {

    /** Whether the head of a request is being read, or waited for. */
    private boolean inHead = true;

    /** Whether anything but empty lines has come of it. */
    private boolean inRequestLine;

    /** Where the last word of the request line ended. */
    private int wordEnd;

    /** What is wrong with the head, as far as Netty lets it pass. */
    private @Nullable String fault;

    private boolean upgradeAsked;
    private boolean holding;

    StrictRequestDecoder(int requestLineBytes, int headBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(requestLineBytes)
                .setMaxHeaderSize(headBytes)
                .setMaxChunkSize(64 * 1024));
    }

    /** Whether this request makes the decoder hold what follows it. */
    static boolean holdsBehind(HttpRequest request) {
        return request.headers().contains(HttpHeaderNames.UPGRADE);
    }

    /** What follows is HTTP as before. */
    void resume(ChannelHandlerContext own) {
        holding = false;
        try {
            channelRead(own, Unpooled.EMPTY_BUFFER);
        } catch (Exception failure) {
            own.fireExceptionCaught(failure);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (holding) {
            return;
        }
        if (inHead && in.isReadable()) {
            inspectHead(in);
        }
        int before = out.size();
        super.decode(context, in, out);
        for (int i = before; i < out.size(); i++) {
            decoded(out.get(i));
        }
    }

    private void decoded(Object message) {
        if (message instanceof HttpRequest request) {
            inHead = false;
            if (fault != null && request.decoderResult().isSuccess()) {
                request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(fault)));
            }
            upgradeAsked = holdsBehind(request);
        }
        if (message instanceof LastHttpContent) {
            holding = upgradeAsked;
            inHead = true;
            inRequestLine = false;
            fault = null;
        }
    }

    /** Looks at the lines that have come; Netty consumes whole ones, so that this always begins at one's first byte. */
    private void inspectHead(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        while (!inRequestLine && at < end) {
            byte first = in.getByte(at);
            if (first == '\r' && (at + 1 == end || in.getByte(at + 1) == '\n')) {
                at += 2;
            } else {
                inRequestLine = true;
                if (!isToken(first)) {
                    fault = "a request begins with its method";
                }
            }
        }
        boolean empty = false;
        while (at < end && !empty) {
            byte first = in.getByte(at);
            if (first == ' ' || first == '\t') {
                fault = "a folded line";
            }
            empty = first == '\r' || first == '\n';
            int newline = in.indexOf(at, end, (byte) '\n');
            at = newline < 0 ? end : newline + 1;
        }
    }

    private static boolean isToken(byte octet) {
        return (octet >= 'A' && octet <= 'Z')
                || (octet >= 'a' && octet <= 'z')
                || (octet >= '0' && octet <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(octet) >= 0;
    }

    @Override
    protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
        wordEnd = start + length;
        return super.splitFirstWordInitialLine(line, start, length);
    }

    @Override
    protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
        divided(line, start);
        wordEnd = start + length;
        return super.splitSecondWordInitialLine(line, start, length);
    }

    @Override
    protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
        divided(line, start);
        if (length > 0 && line[start] != 'H') {
            fault = "the protocol's name is in capitals";
        }
        return super.splitThirdWordInitialLine(line, start, length);
    }

    private void divided(byte[] line, int start) {
        if (start != wordEnd + 1 || line[wordEnd] != ' ') {
            fault = "the words of a request line are divided by one blank";
        }
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
