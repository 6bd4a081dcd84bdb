package dev.larder.server;

import dev.larder.relay.Channels;
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
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** The admin address: health, readiness, metrics and status. Small requests by few; bodies beyond 1 KiB are refused. */
public final class AdminPipeline extends ChannelInitializer<Channel> {

    /**
     * What can be asked; each supplier is called on an event loop and must not block.
     *
     * @param metrics Prometheus text
     * @param status JSON, for people and programs
     * @param ready whether visitors should be sent here
     */
    public record Sources(Supplier<String> metrics, Supplier<String> status, Supplier<Boolean> ready) {}

    private final Sources sources;

    /** An admin address that answers from these. */
    public AdminPipeline(Sources sources) {
        this.sources = sources;
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.pipeline()
                .addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(1024))
                .addLast(new AdminHandler());
    }

    private final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            boolean keepAlive =
                    HttpUtil.isKeepAlive(request) && !request.decoderResult().isFailure();
            FullHttpResponse answer = answer(request);
            HttpUtil.setContentLength(answer, answer.content().readableBytes());
            HttpUtil.setKeepAlive(answer, keepAlive);
            var written = context.writeAndFlush(answer);
            if (!keepAlive) {
                var unused = written.addListener(done -> Channels.close(context.channel()));
            }
        }

        private FullHttpResponse answer(FullHttpRequest request) {
            if (request.decoderResult().isFailure()) {
                return text(HttpResponseStatus.BAD_REQUEST, "malformed request\n");
            }
            if (!request.method().name().equals("GET")) {
                return text(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET is answered here\n");
            }
            String path = request.uri();
            return switch (path) {
                case "/health" -> text(HttpResponseStatus.OK, "ok\n");
                case "/ready" ->
                    sources.ready().get()
                            ? text(HttpResponseStatus.OK, "ready\n")
                            : text(HttpResponseStatus.SERVICE_UNAVAILABLE, "draining\n");
                case "/metrics" ->
                    answer(
                            HttpResponseStatus.OK,
                            "text/plain; version=0.0.4; charset=utf-8",
                            sources.metrics().get());
                case "/status" ->
                    answer(
                            HttpResponseStatus.OK,
                            "application/json",
                            sources.status().get());
                default -> text(HttpResponseStatus.NOT_FOUND, "known here: /health, /ready, /metrics, /status\n");
            };
        }

        private static FullHttpResponse text(HttpResponseStatus status, String body) {
            return answer(status, "text/plain; charset=utf-8", body);
        }

        private static FullHttpResponse answer(HttpResponseStatus status, String type, String body) {
            FullHttpResponse answer = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
            answer.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
            answer.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
            return answer;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            Channels.close(context.channel());
        }
    }
}
