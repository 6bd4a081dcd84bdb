package dev.larder.bench.course;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection: takes one request after another, has it answered on a worker thread, writes the answer. Confined
 * to the channel's event loop. A request that has been read whole is answered to its end, whether its client is still
 * there or not, so a write that was sent has been done.
 */
final class CourseHandler extends ChannelDuplexHandler {
    /** Of a request that is not streamed; a longer one gets 413. */
    static final int MAX_BODY_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(CourseHandler.class);

    private final CourseBackend backend;
    private @Nullable HttpRequest head;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private StreamRoutes.@Nullable Upload upload;
    /** What was decoded and not yet taken on: one read may decode to several messages. */
    private final Queue<Object> arrived = new ArrayDeque<>();
    /** From the end of a request to the end of its answer. */
    private boolean answering;

    CourseHandler(CourseBackend backend) {
        this.backend = backend;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        arrived.add(message);
        takeOn(context);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        readOn(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        arrived.forEach(ReferenceCountUtil::release);
        arrived.clear();
    }

    /** What came is taken on in order, and nothing of the next request before this one has been answered. */
    private void takeOn(ChannelHandlerContext context) {
        while (!answering && !arrived.isEmpty()) {
            Object message = arrived.remove();
            try {
                if (message instanceof HttpRequest request) {
                    begin(context, request);
                }
                if (message instanceof HttpContent content && head != null) {
                    content(context, head, content);
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }
    }

    private void readOn(ChannelHandlerContext context) {
        if (!answering && arrived.isEmpty() && context.channel().isActive()) {
            context.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent && !answering && head == null) {
            ChannelFutures.unwatched(context.close());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("connection ended: {}", cause.toString());
        ChannelFutures.unwatched(context.close());
    }

    private void begin(ChannelHandlerContext context, HttpRequest request) {
        if (request.decoderResult().isFailure() || !request.uri().startsWith("/")) {
            refuse(context, HttpResponseStatus.BAD_REQUEST);
            return;
        }
        head = request;
        body.reset();
        upload = StreamRoutes.upload(request);
        if (HttpUtil.is100ContinueExpected(request)) {
            ChannelFutures.unwatched(context.writeAndFlush(
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE)));
        }
    }

    private void content(ChannelHandlerContext context, HttpRequest request, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            refuse(context, HttpResponseStatus.BAD_REQUEST);
            return;
        }
        ByteBuf octets = content.content();
        if (upload != null) {
            upload.add(octets);
        } else if (body.size() + octets.readableBytes() > MAX_BODY_BYTES) {
            refuse(context, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
            return;
        } else {
            body.writeBytes(ByteBufUtil.getBytes(octets));
        }
        if (content instanceof LastHttpContent) {
            head = null;
            answering = true;
            complete(context, request);
        }
    }

    private void complete(ChannelHandlerContext context, HttpRequest request) {
        boolean persistent = HttpUtil.isKeepAlive(request);
        boolean chunks = request.protocolVersion().isKeepAliveDefault();
        AnswerWriter writer = new AnswerWriter(
                context, backend.options().keepAlive(), backend.options().clock());
        if (upload != null) {
            writer.write(upload.answer(), persistent, chunks, () -> next(context));
            return;
        }
        if (StreamRoutes.take(context, request, writer, persistent, () -> next(context))) {
            return;
        }
        CourseRequest whole =
                CourseRequest.of(request.method().name(), request.uri(), request.headers(), body.toByteArray());
        Slowness slowness = backend.slowness();
        Duration before = Waits.before(slowness, whole);
        later(context, before, () -> work(context, whole, slowness, writer, persistent, chunks));
    }

    private void work(
            ChannelHandlerContext context,
            CourseRequest request,
            Slowness slowness,
            AnswerWriter writer,
            boolean persistent,
            boolean chunks) {
        try {
            backend.workers().execute(() -> {
                Answer answer = backend.answer(request);
                Runnable write = () -> writer.write(answer, persistent, chunks, () -> next(context));
                try {
                    context.executor().execute(() -> later(context, Waits.after(slowness, request, answer), write));
                } catch (RejectedExecutionException e) {
                    LOG.debug("answered while the backend was being closed");
                }
            });
        } catch (RejectedExecutionException e) {
            // The backend is being closed.
            ChannelFutures.unwatched(context.close());
        }
    }

    private void next(ChannelHandlerContext context) {
        answering = false;
        takeOn(context);
        readOn(context);
    }

    private void refuse(ChannelHandlerContext context, HttpResponseStatus status) {
        head = null;
        answering = true;
        new AnswerWriter(
                        context,
                        backend.options().keepAlive(),
                        backend.options().clock())
                .write(
                        Answer.whole(status.code(), new byte[0], List.<Map.Entry<String, String>>of())
                                .withLength(),
                        false,
                        true,
                        () -> {});
    }

    private static void later(ChannelHandlerContext context, Duration wait, Runnable step) {
        if (wait.isZero()) {
            step.run();
        } else {
            ChannelFutures.unwatched(context.executor().schedule(step, wait.toNanos(), TimeUnit.NANOSECONDS));
        }
    }
}
