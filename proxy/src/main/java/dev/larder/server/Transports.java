package dev.larder.server;

import dev.larder.settings.Settings.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of one Netty transport.
 *
 * @param name as a person knows it
 * @param io for an event loop group
 * @param server for listening
 * @param client for connecting
 * @param unsentLimit bounds what the system keeps of what it has taken and not sent yet, so that a slow reader is told
 *     from one who has stopped, and costs little; null where there is no such option
 */
public record Transports(
        String name,
        IoHandlerFactory io,
        ChannelFactory<? extends ServerChannel> server,
        ChannelFactory<? extends Channel> client,
        @Nullable ChannelOption<Long> unsentLimit) {

    /**
     * The transport that was asked for.
     *
     * @throws IllegalStateException if this machine has it not, saying why
     */
    public static Transports of(Transport asked) {
        return switch (asked) {
            case AUTO -> Epoll.isAvailable() ? epoll() : nio();
            case NIO -> nio();
            case EPOLL -> {
                require(Epoll.isAvailable(), "epoll", Epoll.unavailabilityCause());
                yield epoll();
            }
            case IO_URING -> {
                require(IoUring.isAvailable(), "io_uring", IoUring.unavailabilityCause());
                yield new Transports(
                        "io_uring",
                        IoUringIoHandler.newFactory(),
                        IoUringServerSocketChannel::new,
                        IoUringSocketChannel::new,
                        IoUringChannelOption.TCP_NOTSENT_LOWAT);
            }
        };
    }

    private static Transports epoll() {
        return new Transports(
                "epoll",
                EpollIoHandler.newFactory(),
                EpollServerSocketChannel::new,
                EpollSocketChannel::new,
                EpollChannelOption.TCP_NOTSENT_LOWAT);
    }

    private static Transports nio() {
        return new Transports(
                "nio", NioIoHandler.newFactory(), NioServerSocketChannel::new, NioSocketChannel::new, null);
    }

    private static void require(boolean available, String name, Throwable cause) {
        if (!available) {
            throw new IllegalStateException(
                    "transport " + name + " is not available here (" + cause.getMessage() + "); use auto", cause);
        }
    }
}
