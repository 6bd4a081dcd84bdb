package dev.larder.bench.course;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Puts answers on the wire as the platform's server does. Called on the channel's event loop only. */
final class AnswerWriter {
    private static final DateTimeFormatter IMF_FIXDATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private final ChannelHandlerContext context;
    private final Duration keepAlive;
    private final InstantSource clock;

    AnswerWriter(ChannelHandlerContext context, Duration keepAlive, InstantSource clock) {
        this.context = context;
        this.keepAlive = keepAlive;
        this.clock = clock;
    }

    /**
     * Writes a whole answer, its pieces a gap apart.
     *
     * @param persistent whether the connection stays; if not, it is closed after the answer
     * @param chunks whether the client understands chunks (HTTP/1.1); if not, the end of the connection ends the body
     * @param then is run when the last piece has been handed over
     */
    void write(Answer answer, boolean persistent, boolean chunks, Runnable then) {
        boolean framed = chunks || answer.framing() != Answer.Framing.CHUNKED;
        boolean stays = persistent && framed;
        ChannelFutures.unwatched(context.write(head(answer, stays, chunks)));
        piece(answer, 0, stays, then);
    }

    /** The head with the fields that every answer has. */
    HttpResponse head(Answer answer, boolean stays, boolean chunks) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()));
        for (Map.Entry<String, String> field : answer.fields()) {
            head.headers().add(field.getKey(), field.getValue());
        }
        head.headers().add("Date", IMF_FIXDATE.format(clock.instant().atOffset(ZoneOffset.UTC)));
        head.headers().add("Connection", stays ? "keep-alive" : "close");
        if (stays) {
            head.headers().add("Keep-Alive", "timeout=" + keepAlive.toSeconds());
        }
        switch (answer.framing()) {
            case CHUNKED -> {
                if (chunks) {
                    head.headers().add("Transfer-Encoding", "chunked");
                }
            }
            case CONTENT_LENGTH ->
                head.headers()
                        .add(
                                "Content-Length",
                                answer.pieces().stream()
                                        .mapToLong(p -> p.length)
                                        .sum());
            case NONE -> {}
        }
        return head;
    }

    private void piece(Answer answer, int index, boolean stays, Runnable then) {
        List<byte[]> pieces = answer.pieces();
        if (!context.channel().isActive()) {
            then.run();
            return;
        }
        if (index < pieces.size() && pieces.get(index).length > 0) {
            ChannelFutures.unwatched(context.write(new DefaultHttpContent(Unpooled.wrappedBuffer(pieces.get(index)))));
        }
        if (index < pieces.size() - 1) {
            context.flush();
            ChannelFutures.unwatched(context.executor()
                    .schedule(
                            () -> piece(answer, index + 1, stays, then),
                            answer.gap().toNanos(),
                            TimeUnit.NANOSECONDS));
            return;
        }
        var written = context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        if (!stays) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
        then.run();
    }
}
