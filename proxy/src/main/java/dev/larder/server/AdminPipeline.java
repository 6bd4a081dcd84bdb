package dev.larder.server;

import dev.larder.http.Fields;
import dev.larder.relay.Channels;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin address as connections: small requests by few, one after the other on each. Bodies beyond 64 KiB are refused.
 * What is answered is the business of whoever is asked.
 */
public final class AdminPipeline extends ChannelInitializer<Channel> {

    private static final Logger LOG = LoggerFactory.getLogger(AdminPipeline.class);

    private static final int MOST_BYTES = 64 * 1024;

    /** Requests of one connection that wait for their answers; who sends more is cut off. */
    private static final int MOST_WAITING = 16;

    private final Function<AdminRequest, CompletionStage<AdminAnswer>> answers;

    /**
     * An admin address.
     *
     * @param answers called on an event loop, must not block; its stage may complete on any thread
     */
    public AdminPipeline(Function<AdminRequest, CompletionStage<AdminAnswer>> answers) {
        this.answers = answers;
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.pipeline()
                .addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(MOST_BYTES))
                .addLast(new AdminHandler());
    }

    private final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

        /** Ends when all that was asked here has been answered. */
        private CompletionStage<?> before = CompletableFuture.completedFuture(null);

        private int waiting;

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            boolean keepAlive =
                    HttpUtil.isKeepAlive(request) && !request.decoderResult().isFailure();
            if (++waiting > MOST_WAITING) {
                Channels.close(context.channel());
                return;
            }
            CompletionStage<AdminAnswer> answer = request.decoderResult().isFailure()
                    ? CompletableFuture.completedFuture(AdminAnswer.text(400, "malformed request"))
                    : answers.apply(request(context, request));
            before = before.thenCombine(answer.exceptionally(AdminHandler::failed), (earlier, came) -> came)
                    .thenAcceptAsync(
                            came -> {
                                waiting--;
                                write(context, came, keepAlive);
                            },
                            context.executor());
        }

        private static AdminAnswer failed(Throwable failure) {
            LOG.error("a request to the admin address failed; please report this", failure);
            return AdminAnswer.text(500, "an error in larder; its log says more");
        }

        private static AdminRequest request(ChannelHandlerContext context, FullHttpRequest request) {
            String target = request.uri();
            int query = target.indexOf('?');
            Fields.Builder fields = Fields.builder();
            request.headers().forEach(field -> fields.add(field.getKey(), field.getValue()));
            String from = context.channel().remoteAddress() instanceof InetSocketAddress address
                    ? address.getAddress().getHostAddress()
                    : "-";
            return new AdminRequest(
                    request.method().name(),
                    query < 0 ? target : target.substring(0, query),
                    query < 0 ? "" : target.substring(query + 1),
                    fields.build(),
                    ByteBufUtil.getBytes(request.content()),
                    from);
        }

        private static void write(ChannelHandlerContext context, AdminAnswer came, boolean keepAlive) {
            FullHttpResponse answer = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.valueOf(came.status()),
                    Unpooled.copiedBuffer(came.body(), StandardCharsets.UTF_8));
            for (int i = 0; i < came.fields().size(); i++) {
                answer.headers().set(came.fields().name(i), came.fields().value(i));
            }
            answer.headers().set(HttpHeaderNames.CONTENT_TYPE, came.type());
            answer.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
            // No page of another site may read or frame any of it.
            answer.headers().set("X-Content-Type-Options", "nosniff");
            answer.headers().set("X-Frame-Options", "DENY");
            answer.headers().set("Cross-Origin-Resource-Policy", "same-origin");
            HttpUtil.setContentLength(answer, answer.content().readableBytes());
            HttpUtil.setKeepAlive(answer, keepAlive);
            var written = context.writeAndFlush(answer);
            if (!keepAlive) {
                var unused = written.addListener(done -> Channels.close(context.channel()));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            Channels.close(context.channel());
        }
    }
}
