package dev.larder.bench.speed;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link PacedLoad}, with one request under way at most. It reads what the proxies of this benchmark send, which all
 * give a length, and no more. Confined to its event loop.
 */
final class PacedConnection extends ByteToMessageDecoder {
    private static final int MOST_REQUEST_BYTES = 2048;
    private static final String LENGTH = "content-length:";
    private static final int IDLE = -1;

    private final PacedLoad load;
    private @Nullable ChannelHandlerContext context;
    /** Of the request under way. */
    private long number = IDLE;
    /** Of the answer that has begun; 0 while there is none. */
    private int status;

    private long bodyLeft;

    PacedConnection(PacedLoad load) {
        this.load = load;
    }

    /** Sends a request. */
    void send(long which, BrowserRequest requests) {
        ChannelHandlerContext to = context;
        if (to == null) {
            throw new IllegalStateException("a request on a connection that is not there");
        }
        number = which;
        ByteBuf request = to.alloc().directBuffer(MOST_REQUEST_BYTES);
        requests.write(which, request);
        var unused = to.writeAndFlush(request, to.voidPromise());
    }

    @Override
    public void channelActive(ChannelHandlerContext connected) {
        context = connected;
        load.free(this);
    }

    @Override
    protected void decode(ChannelHandlerContext from, ByteBuf in, List<Object> out) throws IOException {
        if (status == 0 && !head(in)) {
            return;
        }
        int here = (int) Math.min(bodyLeft, in.readableBytes());
        in.skipBytes(here);
        bodyLeft -= here;
        if (bodyLeft == 0) {
            long answered = number;
            int with = status;
            number = IDLE;
            status = 0;
            load.answered(answered, with);
            load.free(this);
        }
    }

    /** Reads the head if all of it is there. */
    private boolean head(ByteBuf in) throws IOException {
        int begin = in.readerIndex();
        int line = begin;
        long length = 0;
        for (int end = lineFeed(in, line); end >= 0; end = lineFeed(in, line)) {
            if (end - line <= 1) {
                status = status(in, begin);
                bodyLeft = length;
                in.readerIndex(end + 1);
                return true;
            }
            int first = in.getByte(line) | 0x20;
            if (first == 'c' && end - line > LENGTH.length()) {
                length = length(in, line, end, length);
            } else if (first == 't' && text(in, line, end).startsWith("transfer-encoding:")) {
                throw new IOException("an answer in chunks, of which this load cannot tell the end");
            }
            line = end + 1;
        }
        return false;
    }

    /** The three digits behind {@code HTTP/1.1}. */
    private int status(ByteBuf in, int begin) throws IOException {
        if (number == IDLE) {
            throw new IOException("an answer to nothing");
        }
        return Integer.parseInt(in.toString(begin + 9, 3, StandardCharsets.US_ASCII));
    }

    private static int lineFeed(ByteBuf in, int from) {
        return in.indexOf(from, in.writerIndex(), (byte) '\n');
    }

    private static long length(ByteBuf in, int line, int end, long otherwise) {
        String text = text(in, line, end);
        return text.startsWith(LENGTH)
                ? Long.parseLong(text.substring(LENGTH.length()).strip())
                : otherwise;
    }

    private static String text(ByteBuf in, int line, int end) {
        return in.toString(line, end - line, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
    }

    @Override
    public void channelInactive(ChannelHandlerContext closed) {
        context = null;
        load.lost(this, number != IDLE);
        number = IDLE;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        var unused = from.close();
    }
}
