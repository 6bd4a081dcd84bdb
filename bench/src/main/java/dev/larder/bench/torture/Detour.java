package dev.larder.bench.torture;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * A port that leads to another one, which may change, and that may lead nowhere for a while: connections stay, and nothing
 * comes through. Bytes that were on their way are lost with the connection, as they are in a network that is cut. Thread-safe.
 */
final class Detour implements AutoCloseable {
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel listening;
    private volatile int port;
    private volatile boolean cut;

    /** One that leads to this port of the loopback address. */
    Detour(int port) {
        this.port = port;
        this.listening = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        connections.add(channel);
                        onwards(channel);
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    int listeningPort() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** From now on it leads there; what is connected is cut off. */
    void leadTo(int other) {
        port = other;
        reset();
    }

    /** Cuts off what is connected. */
    void reset() {
        connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    }

    /** Nothing comes through any more, and nobody is told. */
    void cut() {
        cut = true;
    }

    /** As before, for new connections; those that were cut are reset. */
    void mend() {
        cut = false;
        reset();
    }

    private void onwards(SocketChannel near) {
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new Pump(near))
                .connect("127.0.0.1", port)
                .addListener(connected -> {
                    Channel far = ((ChannelFuture) connected).channel();
                    if (connected.isSuccess()) {
                        connections.add(far);
                        near.pipeline().addLast(new Pump(far));
                        near.config().setAutoRead(true);
                    } else {
                        near.close().addListener(closed -> {});
                    }
                });
    }

    /** Passes on to the other side. */
    private final class Pump extends ChannelInboundHandlerAdapter {
        private final Channel other;

        Pump(Channel other) {
            this.other = other;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (cut) {
                ReferenceCountUtil.release(message);
            } else {
                other.writeAndFlush(message).addListener(written -> {});
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!cut) {
                other.close().addListener(closed -> {});
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close().addListener(closed -> {});
        }
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
