package dev.larder.bench.course;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The course application where a proxy can see it: routes, sessions, writes, status codes, fields and bodies, on a real
 * PostgreSQL. A plain program that knows nothing of any cache. Its database is given and outlives it, so a backend can be
 * stopped and another one started at the same port.
 *
 * <pre>{@code
 * try (CourseDatabase database = CourseDatabase.embedded(System.err::println);
 *         CourseBackend backend = CourseBackend.start(0, database, CourseOptions.defaults())) {
 *     URI address = backend.address();
 * }
 * }</pre>
 *
 * Thread-safe.
 */
public final class CourseBackend implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CourseBackend.class);
    private static final int EVENT_LOOPS = 2;
    private static final int MAX_HEAD_BYTES = 64 * 1024;

    private final CourseDatabase database;
    private final CourseOptions options;
    private final CourseRoutes routes;
    private final ExecutorService workers;
    private final EventLoopGroup loops;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final InetSocketAddress bound;
    private volatile Slowness slowness;

    /**
     * Starts to listen.
     *
     * @param port 0 for any that is free
     * @throws IOException where the port cannot be listened on
     */
    public static CourseBackend start(int port, CourseDatabase database, CourseOptions options) throws IOException {
        return new CourseBackend(port, database, options);
    }

    private CourseBackend(int port, CourseDatabase database, CourseOptions options) throws IOException {
        this.database = database;
        this.options = options;
        this.slowness = options.slowness();
        this.routes = new CourseRoutes(database.sql(), options.clock(), options.pageGap());
        this.workers = Executors.newFixedThreadPool(CourseDatabase.CONNECTIONS, task -> {
            Thread thread = new Thread(task, "course-worker");
            thread.setDaemon(true);
            return thread;
        });
        this.loops = new MultiThreadIoEventLoopGroup(EVENT_LOOPS, NioIoHandler.newFactory());
        this.bound = bind(port);
    }

    private InetSocketAddress bind(int port) throws IOException {
        var listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        connect(channel);
                    }
                })
                .bind(options.host(), port)
                .awaitUninterruptibly();
        if (!listening.isSuccess()) {
            close();
            throw new IOException(
                    "cannot listen on %s:%d; is another program there?".formatted(options.host(), port),
                    listening.cause());
        }
        connections.add(listening.channel());
        return (InetSocketAddress) listening.channel().localAddress();
    }

    private void connect(Channel channel) {
        connections.add(channel);
        channel.pipeline()
                .addLast(new IdleStateHandler(0, 0, options.keepAlive().toMillis(), TimeUnit.MILLISECONDS))
                .addLast(new HttpServerCodec(8192, MAX_HEAD_BYTES, 8192))
                .addLast(new ChunkedWriteHandler())
                .addLast(new CourseHandler(this));
    }

    /** Where it listens. */
    public int port() {
        return bound.getPort();
    }

    /** Where it listens, as {@code http://127.0.0.1:3000}. */
    public URI address() {
        return URI.create("http://%s:%d".formatted(options.host(), port()));
    }

    /** Makes every request that comes from now on as slow as this. */
    public void slowness(Slowness slower) {
        slowness = slower;
    }

    Slowness slowness() {
        return slowness;
    }

    CourseOptions options() {
        return options;
    }

    ExecutorService workers() {
        return workers;
    }

    /** The database that was given. */
    public CourseDatabase database() {
        return database;
    }

    /** Answers on the calling thread, which may block; a failure is a 500. */
    Answer answer(CourseRequest request) {
        try {
            return routes.answer(request);
        } catch (RuntimeException e) {
            LOG.warn("{} {} failed", request.method(), request.rawPath(), e);
            return Answer.json(500, JsonNodeFactory.instance.objectNode().put("error", "Internal Server Error"));
        }
    }

    /** Cuts all connections at once, as a process that is killed; the database stays. */
    @Override
    public void close() {
        connections.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        workers.shutdown();
    }
}
