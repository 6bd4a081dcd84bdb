package dev.larder.origin;

import dev.larder.relay.Channels;
import dev.larder.relay.CountedBody;
import dev.larder.relay.FoldWatch;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the origin's answers one call at a time: it knows whether the call was a HEAD, whose answer has no body
 * whatever its fields say (RFC 9112 section 6.3), and closes the connection at the first byte that comes while no call is
 * on it.
 *
 * <p>It refuses what Netty's decoder guesses at: both Content-Length and Transfer-Encoding, two lengths in HTTP/1.0, a
 * status line in any form but that of section 4, a field name that its colon does not follow at once (section 5.1), and
 * folded lines (section 5.2).
 *
 * <p>What most answers look like is read by {@link PlainResponseHead}, and handed on as a {@link PlainResponse}; its body
 * follows as that of any other.
 *
 * <p>An answer that ends with its connection is whole only if the origin ended it in order: after a reset, what came is
 * no whole answer.
 */
final class OriginResponseDecoder extends HttpResponseDecoder {

    private static final String PROTOCOL = "HTTP/1.";
    private static final String NOT_DIVIDED = "the words of a status line are divided by one blank";
    private static final int STATUS_DIGITS = 3;

    /** How long a piece of a body is at most. */
    private static final int PIECE_BYTES = 64 * 1024;

    private final FoldWatch folds = new FoldWatch();
    private final PlainResponseHead plain;

    /** That of a plain answer. */
    private final CountedBody plainBody = new CountedBody(PIECE_BYTES);

    private boolean head;
    private boolean idle;

    /** Whether the head of an answer is being read, or waited for. */
    private boolean inHead = true;

    /** Whether any byte of it has come. */
    private boolean begun;

    /** Where the last word of the status line ended. */
    private int wordEnd;

    private boolean lengthSeen;

    /** What is wrong with the head, as far as Netty lets it pass. */
    private @Nullable String fault;

    private boolean endedInOrder;
    private boolean broken;

    OriginResponseDecoder(int maxHeadBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(maxHeadBytes)
                .setMaxHeaderSize(maxHeadBytes)
                .setMaxChunkSize(PIECE_BYTES));
        plain = new PlainResponseHead(maxHeadBytes);
    }

    /** The next final answer is to a request of this method. */
    void expectAnswerTo(String method) {
        head = method.equals("HEAD");
        idle = false;
    }

    /** Whatever comes now is unasked. */
    void expectNothing() {
        idle = true;
    }

    /** Whether bytes came that no message was made of; an empty line is read over as soon as it is there. */
    boolean holdsBytes() {
        return actualReadableBytes() > 0 || begun || plainBody.isUnderWay();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
        if (idle) {
            ReferenceCountUtil.release(bytes);
            Channels.close(context.channel());
        } else {
            super.channelRead(context, bytes);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            endedInOrder = !broken;
        }
        super.userEventTriggered(context, event);
    }

    @Override
    @SuppressWarnings("deprecation") // Netty's adapter deprecates it for outbound handlers only.
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        broken = true;
        super.exceptionCaught(context, cause);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (plainBody.isUnderWay()) {
            if (in.isReadable()) {
                out.add(plainBody.next(in));
            }
            return;
        }
        if (inHead && !begun && in.isReadable()) {
            PlainResponse response = head ? null : plain.read(in);
            if (response != null) {
                plainBody.begin(response.bodyBytes());
                out.add(response);
                if (!plainBody.isUnderWay()) {
                    out.add(LastHttpContent.EMPTY_LAST_CONTENT);
                }
                return;
            }
            begun = true;
            if (in.getByte(in.readerIndex()) != PROTOCOL.charAt(0)) {
                fault = "an answer begins with its protocol";
            }
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
        if (message instanceof HttpResponse response) {
            inHead = false;
            if (fault != null && response.decoderResult().isSuccess()) {
                response.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(fault)));
            }
            folds.headEnded();
        }
        if (message instanceof LastHttpContent last) {
            if (folds.found() && last.decoderResult().isSuccess()) {
                last.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("a folded trailer line")));
            }
            folds.messageEnded();
            inHead = true;
            begun = false;
            lengthSeen = false;
            fault = null;
        }
    }

    @Override
    protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
        wordEnd = start + length;
        for (int i = 0; i < Math.min(length, PROTOCOL.length()); i++) {
            if (line[start + i] != PROTOCOL.charAt(i)) {
                fault = "neither HTTP/1.0 nor HTTP/1.1";
            }
        }
        return super.splitFirstWordInitialLine(line, start, length);
    }

    @Override
    protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
        if (start != wordEnd + 1 || line[wordEnd] != ' ') {
            fault = NOT_DIVIDED;
        }
        wordEnd = start + length;
        boolean digits = length == STATUS_DIGITS;
        for (int i = start; i < wordEnd && digits; i++) {
            digits = line[i] >= '0' && line[i] <= '9';
        }
        if (!digits) {
            fault = "a status that is not of three digits";
        }
        return super.splitSecondWordInitialLine(line, start, length);
    }

    @Override
    protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
        if (line[wordEnd] != ' ') {
            fault = NOT_DIVIDED;
        }
        for (int i = start; i < start + length; i++) {
            if ((line[i] >= 0 && line[i] < ' ' && line[i] != '\t') || line[i] == 0x7f) {
                fault = "a control character in the reason";
            }
        }
        return super.splitThirdWordInitialLine(line, start, length);
    }

    /** Netty ends a name at a blank, whatever stands before the colon, and where there is none. */
    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        if (line[start + length] != ':') {
            throw new IllegalArgumentException("a field name that its colon does not follow");
        }
        AsciiString name = super.splitHeaderName(line, start, length);
        if (inHead && HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
            if (lengthSeen) {
                // Netty takes the first of several in HTTP/1.0, and shows no other afterwards.
                fault = "more than one Content-Length";
            }
            lengthSeen = true;
        }
        return name;
    }

    @Override
    protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (endedInOrder) {
            super.decodeLast(context, in, out);
        }
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        // Here and not behind it, since Netty forgets the coding of what has no body anyway.
        if (!isFramedPlainly(message)) {
            throw new IllegalArgumentException("a transfer coding other than chunked, or a length beside it");
        }
        // A 101 as well: what follows it is another protocol's, not a body.
        return head
                || (message instanceof HttpResponse response
                        && response.status().code() < 200)
                || super.isContentAlwaysEmpty(message);
    }

    /** Chunks are the one transfer coding, and not known to HTTP/1.0 (RFC 9112 section 6.1). */
    private static boolean isFramedPlainly(HttpMessage message) {
        List<String> codings = message.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return codings.isEmpty()
                || (codings.size() == 1
                        && codings.get(0).equalsIgnoreCase("chunked")
                        && message.protocolVersion().equals(HttpVersion.HTTP_1_1)
                        && !message.headers().contains(HttpHeaderNames.CONTENT_LENGTH));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
