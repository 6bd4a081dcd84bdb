package dev.larder.bench.torture;

import dev.larder.bench.torture.Whims.Mishap;
import dev.larder.bench.torture.Whims.Whim;
import dev.larder.bench.torture.Writes.Done;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection to the backend, one request after another. Confined to the backend's event loop. */
final class OriginHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    /** In an answer: when its request came, in nanoseconds of the backend's clock. */
    static final String BEGAN = "X-Began";

    static final String QUESTION = "/session/whoami";

    private final TortureOrigin origin;
    private final Deque<Asked> waiting = new ArrayDeque<>();
    private @Nullable Asked current;
    private boolean last;

    OriginHandler(TortureOrigin origin) {
        this.origin = origin;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        List<Map.Entry<String, String>> fields = request.headers().entries();
        last |= !HttpUtil.isKeepAlive(request);
        waiting.add(new Asked(
                request.method().name(),
                request.uri(),
                fields,
                request.content().toString(StandardCharsets.UTF_8)));
        next(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close().addListener(closed -> {});
    }

    private void next(ChannelHandlerContext context) {
        if (current != null || waiting.isEmpty()) {
            return;
        }
        Asked asked = waiting.remove();
        current = asked;
        long exchange = origin.nextExchange();
        if (asked.target().equals(QUESTION)) {
            Whim whim = origin.whims().ofQuestion();
            after(context, whim.beforeMillis(), () -> question(context, asked, whim));
        } else if (asked.isWrite()) {
            Whim whim = origin.whims().ofWrite();
            after(context, whim.beforeMillis(), () -> write(context, asked, whim));
        } else {
            Whim whim = origin.whims().ofRead();
            long began = origin.nanoTime();
            after(context, whim.beforeMillis(), () -> read(context, asked, whim, exchange, began));
        }
    }

    private static void after(ChannelHandlerContext context, int millis, Runnable then) {
        if (millis == 0) {
            then.run();
        } else {
            context.executor().schedule(then, millis, TimeUnit.MILLISECONDS).addListener(done -> {});
        }
    }

    // ---- whose is it -------------------------------------------------------------------------------------------

    private void question(ChannelHandlerContext context, Asked asked, Whim whim) {
        Who who = origin.world().who(Seen.of(asked).credential());
        String body =
                who.isNobody() ? "{}" : "{\"user\":{\"id\":\"%s\",\"role\":\"%s\"}}".formatted(who.user(), who.role());
        after(context, whim.afterMillis(), () -> {
            DefaultFullHttpResponse response =
                    whole(whim.mishap() == Mishap.ERROR ? 503 : 200, body.getBytes(StandardCharsets.UTF_8));
            response.headers().set("Content-Type", "application/json").set("Set-Cookie", "seen=" + body.length());
            send(context, response);
        });
    }

    // ---- reads -------------------------------------------------------------------------------------------------

    private void read(ChannelHandlerContext context, Asked asked, Whim whim, long exchange, long began) {
        World world = origin.world();
        Seen seen = Seen.of(asked);
        Page page = Reads.read(seen, world.who(seen.credential()));
        int version = 0;
        boolean there = true;
        if (!page.thing().isEmpty()) {
            Timeline<Boolean> thing = world.thing(page.thing());
            version = thing.version();
            there = thing.value(version);
        }
        DefaultFullHttpResponse response = response(asked, page, version, there);
        response.headers().set("X-Exchange", exchange).set(BEGAN, began);
        after(context, whim.afterMillis(), () -> readAnswer(context, asked, whim, response));
    }

    private void readAnswer(ChannelHandlerContext context, Asked asked, Whim whim, DefaultFullHttpResponse response) {
        switch (whim.mishap()) {
            case ERROR -> {
                response.release();
                DefaultFullHttpResponse error = whole(503, "out of order\n".getBytes(StandardCharsets.UTF_8));
                error.headers().set("X-Mishap", asked.trace());
                send(context, error);
            }
            case CUT -> cut(context, response);
            case LOST -> {
                response.release();
                lose(context);
            }
            default -> send(context, response);
        }
    }

    /** The answer, or that the client has it already. */
    private static DefaultFullHttpResponse response(Asked asked, Page page, int version, boolean there) {
        int status = page.status(there);
        String tag = page.entityTag(version);
        boolean validated = page.shareable()
                && status == 200
                && asked.field("if-none-match")
                        .filter(tags -> Arrays.asList(tags.split(", *")).contains(tag))
                        .isPresent();
        boolean head = asked.method().equals("HEAD");
        byte[] body = page.body(version, there);
        DefaultFullHttpResponse response = whole(validated ? 304 : status, head || validated ? new byte[0] : body);
        response.headers().remove("Content-Length");
        if (!validated) {
            response.headers()
                    .set("Content-Type", "text/plain")
                    .set("Content-Length", body.length)
                    .set("X-Owner", page.owner())
                    .set("X-Read", page.readAsField())
                    .set("X-Version", version)
                    .set("X-Trace", asked.trace());
        }
        if (page.shareable()) {
            response.headers().set("ETag", tag);
        }
        set(response, "Cache-Control", page.cacheControl());
        set(response, "Vary", page.vary());
        set(response, "Location", page.location());
        set(response, "Set-Cookie", page.cookie() ? "trace=" + asked.trace() : "");
        return response;
    }

    private static void set(HttpResponse response, String name, String value) {
        if (!value.isEmpty()) {
            response.headers().set(name, value);
        }
    }

    // ---- writes ------------------------------------------------------------------------------------------------

    private void write(ChannelHandlerContext context, Asked asked, Whim whim) {
        World world = origin.world();
        Seen seen = Seen.of(asked);
        boolean failed = whim.mishap() == Mishap.ERROR && !Writes.isRuled(seen);
        Done done = whim.mishap() == Mishap.REFUSED || failed
                ? Done.refused(failed ? 500 : 409)
                : Writes.write(world, seen, world.who(seen.credential()));
        Runnable effect = () -> done.changes().forEach(change -> change.make(world, asked.trace()));
        boolean lost = whim.mishap() == Mishap.LOST || whim.mishap() == Mishap.LOST_AND_LATE;
        if (lost && !done.location().isEmpty()) {
            // That another address has changed is told by the answer alone, so nobody can know.
            lose(context);
            return;
        }
        if (whim.mishap() == Mishap.LOST_AND_LATE) {
            int late = origin.whims().late();
            lose(context);
            after(context, late, effect);
            return;
        }
        if (whim.mishap() == Mishap.AFTER_HEAD && !done.changes().isEmpty()) {
            writeInPieces(context, asked, whim, done, effect);
            return;
        }
        effect.run();
        after(context, whim.afterMillis(), () -> {
            DefaultFullHttpResponse response =
                    written(asked, whim.mishap() == Mishap.ERROR ? new Done(500, List.of()) : done);
            switch (whim.mishap()) {
                case CUT -> cut(context, response);
                case LOST -> {
                    response.release();
                    lose(context);
                }
                default -> send(context, response);
            }
        });
    }

    private static DefaultFullHttpResponse written(Asked asked, Done done) {
        DefaultFullHttpResponse response = whole(done.status(), done.body().getBytes(StandardCharsets.UTF_8));
        describe(response, asked, done);
        return response;
    }

    private static void describe(HttpResponse response, Asked asked, Done done) {
        response.headers().set("Content-Type", done.type()).set("X-Trace", asked.trace());
        set(response, "Location", done.location());
        set(response, "Set-Cookie", done.opened().isEmpty() ? "" : "sid=" + done.opened());
    }

    /** The head goes out, the write takes effect, the body follows. */
    private void writeInPieces(ChannelHandlerContext context, Asked asked, Whim whim, Done done, Runnable effect) {
        DefaultHttpResponse head =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(done.status()));
        describe(head, asked, done);
        head.headers().set("Transfer-Encoding", "chunked");
        byte[] body = done.body().getBytes(StandardCharsets.UTF_8);
        context.write(head).addListener(written -> {});
        context.writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(body, 0, 1)))
                .addListener(written -> {});
        after(context, Math.max(1, whim.afterMillis()), () -> {
            effect.run();
            after(context, 1, () -> {
                context.writeAndFlush(new DefaultLastHttpContent(Unpooled.copiedBuffer(body, 1, body.length - 1)))
                        .addListener(written -> {});
                ended(context);
            });
        });
    }

    // ---- the wire ----------------------------------------------------------------------------------------------

    private static DefaultFullHttpResponse whole(int status, byte[] body) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.wrappedBuffer(body));
        if (status != 304) {
            response.headers().set("Content-Length", body.length);
        }
        return response;
    }

    private void send(ChannelHandlerContext context, DefaultFullHttpResponse response) {
        if (last) {
            response.headers().set("Connection", "close");
        }
        context.writeAndFlush(response).addListener(last ? ChannelFutureListener.CLOSE : written -> {});
        ended(context);
    }

    /** The head says the whole length, and half of it comes. */
    private void cut(ChannelHandlerContext context, DefaultFullHttpResponse response) {
        origin.mishap();
        DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, response.status(), response.headers());
        head.headers().set("X-Cut", "1");
        int length = response.content().readableBytes() / 2;
        byte[] half = new byte[length];
        response.content().readBytes(half);
        response.release();
        context.write(head).addListener(written -> {});
        context.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(half)))
                .addListener(ChannelFutureListener.CLOSE);
    }

    private void lose(ChannelHandlerContext context) {
        origin.mishap();
        context.close().addListener(closed -> {});
    }

    private void ended(ChannelHandlerContext context) {
        current = null;
        next(context);
    }
}
