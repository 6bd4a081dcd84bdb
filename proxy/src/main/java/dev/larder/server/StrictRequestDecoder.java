package dev.larder.server;

import dev.larder.relay.Channels;
import dev.larder.relay.FoldWatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's decoder, less lenient: a request with both Content-Length and Transfer-Encoding, or with two lengths in
 * HTTP/1.0, is malformed (RFC 9112 section 6), and so is one whose request line is divided by anything but single blanks
 * or ends with anything but the protocol's name in capitals (section 3), that begins with anything but a few empty lines
 * and a token (section 2.2), or that folds a line of its fields or trailers (section 5.2).
 *
 * <p>What nearly every request looks like is read by {@link PlainHead}, and handed on as a {@link PlainRequest}.
 *
 * <p>What follows a request to switch protocols is not looked at before it is known whether it is HTTP: {@link #resume}
 * says that it is, and a decoder that is taken out passes it on as it came.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {

    /** Some old clients send one behind a body. */
    private static final int MAX_EMPTY_LINES = 8;

    private static final String PROTOCOL = "HTTP/";

    private final FoldWatch folds = new FoldWatch();
    private final PlainHead plain;

    /** Whether the head of a request is being read, or waited for. */
    private boolean inHead = true;

    /** Whether any byte of it has come. */
    private boolean headBegun;

    /** Whether anything but empty lines has come of it. */
    private boolean inRequestLine;

    private boolean afterReturn;
    private int emptyLines;

    /** Where the last word of the request line ended. */
    private int wordEnd;

    private boolean lengthSeen;

    /** What is wrong with the head, as far as Netty lets it pass. */
    private @Nullable String fault;

    private boolean reading;
    private boolean upgradeAsked;
    private boolean holding;

    /** Whether the end of input came behind what is held, and waits with it. */
    private boolean endHeld;

    /** Is told of the first byte of a head. */
    private Runnable headBegins = () -> {};

    StrictRequestDecoder(int requestLineBytes, int headBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(requestLineBytes)
                .setMaxHeaderSize(headBytes)
                .setMaxChunkSize(64 * 1024));
        plain = new PlainHead(requestLineBytes, headBytes);
    }

    /** Whether this request makes the decoder hold what follows it. */
    static boolean holdsBehind(HttpRequest request) {
        return request.headers().contains(HttpHeaderNames.UPGRADE);
    }

    /** What follows is HTTP as before. */
    void resume(ChannelHandlerContext own) {
        holding = false;
        try {
            super.channelRead(own, Unpooled.EMPTY_BUFFER);
            if (endHeld && !holding) {
                endHeld = false;
                super.userEventTriggered(own, ChannelInputShutdownEvent.INSTANCE);
            }
        } catch (Exception failure) {
            own.fireExceptionCaught(failure);
        }
    }

    /** From now on {@code then} runs whenever the first byte of a head has come. */
    void whenHeadBegins(Runnable then) {
        headBegins = then;
    }

    /** Whether bytes from the socket are being handed over: the end of that is an event of its own, and still to come. */
    boolean isReading() {
        return reading;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        reading = true;
        super.channelRead(context, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        reading = false;
        super.channelReadComplete(context);
    }

    /** Whether a part of a head has come, and the rest of it is waited for. */
    boolean isHeadBegun() {
        return inHead && headBegun;
    }

    /** Whether a part of a chunk's line, or of the trailers, has come, and the rest of it is waited for. */
    boolean isWithinLines() {
        return !inHead && (actualReadableBytes() > 0 || folds.inTrailers());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (holding && event instanceof ChannelInputShutdownEvent) {
            // Netty would drop what is held, which the visitor has asked for before they said that it was all.
            endHeld = true;
            Channels.inputEnded(context.channel());
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        if (endHeld && context.channel().isActive()) {
            endHeld = false;
            context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (holding) {
            return;
        }
        if (inHead && in.isReadable()) {
            if (!headBegun) {
                PlainRequest request = plain.read(in);
                if (request != null) {
                    out.add(request);
                    return;
                }
                headBegun = true;
                headBegins.run();
            }
            inspectBeginning(in);
        }
        folds.before(in);
        if (inHead && folds.found()) {
            fault = "a folded line";
        }
        int before = out.size();
        super.decode(context, in, out);
        folds.after(in, out.size() > before);
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
            folds.headEnded();
        }
        if (message instanceof LastHttpContent last) {
            if (folds.found() && last.decoderResult().isSuccess()) {
                last.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("a folded trailer line")));
            }
            folds.messageEnded();
            holding = upgradeAsked;
            inHead = true;
            headBegun = false;
            inRequestLine = false;
            afterReturn = false;
            emptyLines = 0;
            lengthSeen = false;
            fault = null;
        }
    }

    /** Looks at what comes before the request line, each byte once: Netty reads over it as soon as it is there. */
    private void inspectBeginning(ByteBuf in) {
        for (int at = in.readerIndex(); at < in.writerIndex() && !inRequestLine; at++) {
            byte octet = in.getByte(at);
            if (octet == '\r' && !afterReturn) {
                afterReturn = true;
            } else if (octet == '\n' && afterReturn) {
                afterReturn = false;
                emptyLines++;
                if (emptyLines > MAX_EMPTY_LINES) {
                    fault = "more than " + MAX_EMPTY_LINES + " empty lines before a request";
                }
            } else {
                inRequestLine = true;
                if (afterReturn || !isToken(octet)) {
                    fault = "a request begins with its method";
                }
            }
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
        for (int i = 0; i < Math.min(length, PROTOCOL.length()); i++) {
            if (line[start + i] != PROTOCOL.charAt(i)) {
                fault = "the protocol's name is in capitals";
            }
        }
        return super.splitThirdWordInitialLine(line, start, length);
    }

    private void divided(byte[] line, int start) {
        if (start != wordEnd + 1 || line[wordEnd] != ' ') {
            fault = "the words of a request line are divided by one blank";
        }
    }

    /** Netty takes the first of several lengths in HTTP/1.0, and shows no other afterwards. */
    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        AsciiString name = super.splitHeaderName(line, start, length);
        if (inHead && HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
            if (lengthSeen) {
                fault = "more than one Content-Length";
            }
            lengthSeen = true;
        }
        return name;
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
