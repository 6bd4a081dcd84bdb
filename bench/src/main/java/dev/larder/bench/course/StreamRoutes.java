package dev.larder.bench.course;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.stream.ChunkedStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Routes for whoever tests a proxy's streaming, at constant memory and without the database:
 *
 * <ul>
 *   <li>{@code GET /api/stream?pieces=N&every=MS}: server-sent events, each flushed by itself
 *   <li>{@code GET /api/blob?bytes=N}: a body of N bytes ({@link BlobStream}); {@code &length=1} with Content-Length,
 *       {@code &cut=M} breaks the connection after about M bytes
 *   <li>{@code POST /api/blob}: says how many bytes came, and their CRC-32
 *   <li>{@code GET /api/ws}: a WebSocket that sends back what it gets
 * </ul>
 *
 * Confined to the channel's event loop.
 */
final class StreamRoutes {
    private static final int CHUNK_BYTES = 64 * 1024;

    private StreamRoutes() {}

    /** Counts a body as it comes. */
    static final class Upload {
        private final CRC32 crc = new CRC32();
        private long bytes;

        void add(ByteBuf octets) {
            bytes += octets.readableBytes();
            crc.update(octets.nioBuffer());
        }

        Answer answer() {
            return Answer.json(
                    200,
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("bytes", bytes)
                            .put("crc32", "%08x".formatted(crc.getValue())));
        }
    }

    /** Where the body of this request goes, or null where it is to be kept. */
    static @Nullable Upload upload(HttpRequest request) {
        return request.method().equals(HttpMethod.POST) && path(request).equals("/api/blob") ? new Upload() : null;
    }

    /** Answers a request that is for one of these routes; {@code false} where it is not. */
    static boolean take(
            ChannelHandlerContext context,
            HttpRequest request,
            AnswerWriter writer,
            boolean persistent,
            Runnable then) {
        if (!request.method().equals(HttpMethod.GET)) {
            return false;
        }
        Map<String, String> parameters = ListQuery.parameters(request.uri()
                .substring(Math.min(request.uri().length(), path(request).length() + 1)));
        switch (path(request)) {
            case "/api/stream" -> writer.write(events(parameters), persistent, true, then);
            case "/api/blob" -> blob(context, parameters, writer, persistent, then);
            case "/api/ws" -> WebSocketEcho.take(context, request, writer, persistent, then);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static Answer events(Map<String, String> parameters) {
        int pieces = (int) number(parameters, "pieces", 5);
        return new Answer(
                200,
                List.of(
                        Map.entry("content-type", "text/event-stream"),
                        Map.entry("cache-control", "no-cache, no-transform")),
                IntStream.rangeClosed(1, pieces)
                        .mapToObj(i -> ("data: piece " + i + "\n\n").getBytes(StandardCharsets.UTF_8))
                        .toList(),
                Duration.ofMillis(number(parameters, "every", 100)),
                Answer.Framing.CHUNKED);
    }

    private static void blob(
            ChannelHandlerContext context,
            Map<String, String> parameters,
            AnswerWriter writer,
            boolean persistent,
            Runnable then) {
        long bytes = number(parameters, "bytes", 0);
        long cut = number(parameters, "cut", bytes);
        HttpResponse head = writer.head(
                new Answer(
                        200,
                        List.of(Map.entry("content-type", "application/octet-stream")),
                        List.of(),
                        Duration.ZERO,
                        Answer.Framing.NONE),
                persistent,
                true);
        if (parameters.containsKey("length")) {
            head.headers().set("Content-Length", bytes);
        } else {
            head.headers().set("Transfer-Encoding", "chunked");
        }
        ChannelFutures.unwatched(context.write(head));
        ChunkedStream stream = new ChunkedStream(new BlobStream(Math.min(cut, bytes)), CHUNK_BYTES);
        // HttpChunkedInput ends with the last chunk; a body that is cut ends without it.
        ChannelFuture written =
                context.channel().writeAndFlush(cut < bytes ? new CutBody(stream) : new HttpChunkedInput(stream));
        written.addListener(done -> {
            if (cut < bytes || !persistent || !done.isSuccess()) {
                ChannelFutures.unwatched(context.close());
            } else {
                then.run();
            }
        });
    }

    private static long number(Map<String, String> parameters, String name, long byDefault) {
        String text = parameters.getOrDefault(name, "");
        return text.matches("[0-9]{1,12}") ? Long.parseLong(text) : byDefault;
    }

    private static String path(HttpRequest request) {
        int question = request.uri().indexOf('?');
        return question < 0 ? request.uri() : request.uri().substring(0, question);
    }
}
