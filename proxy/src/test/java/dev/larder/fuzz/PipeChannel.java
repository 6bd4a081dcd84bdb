package dev.larder.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * A connection without a socket, whose other end is in the hands of the fuzzer: what it offers comes one segment for each
 * read that larder asks for, and what larder sends is kept. As a socket it can be closed one way. Confined to its event
 * loop.
 */
final class PipeChannel extends AbstractChannel implements DuplexChannel {

    private static final ChannelMetadata METADATA = new ChannelMetadata(false);

    private final Config config;
    private final Consumer<PipeChannel> sent;
    private final Deque<byte[]> offered = new ArrayDeque<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    private boolean open = true;
    private boolean active;
    private boolean wanted;
    private boolean delivering;
    private boolean finished;
    private boolean broken;
    private boolean inputShutdown;
    private boolean outputShutdown;
    private boolean closedWithReset;

    /**
     * One end.
     *
     * @param active whether it is connected already
     * @param sent is told that larder has sent something, or has ended
     */
    PipeChannel(ByteBufAllocator allocator, boolean active, Consumer<PipeChannel> sent) {
        super(null);
        this.config = new Config(this, allocator);
        this.active = active;
        this.sent = sent;
    }

    // ---- the fuzzer's side -------------------------------------------------------------------------------------

    /** Sends a segment. */
    void offer(byte[] segment) {
        offered.add(segment);
        deliverSoon();
    }

    /** Says that nothing follows. */
    void finish() {
        finished = true;
        deliverSoon();
    }

    /** Ends with a reset, behind what was offered. */
    void reset() {
        broken = true;
        deliverSoon();
    }

    /** All that larder has sent. */
    byte[] received() {
        return received.toByteArray();
    }

    /** Whether larder has said that nothing follows. */
    boolean isEnded() {
        return outputShutdown || !open;
    }

    /** Whether it ended with a reset. */
    boolean isReset() {
        return closedWithReset;
    }

    private void deliverSoon() {
        if (wanted && !delivering && (!offered.isEmpty() || finished || broken)) {
            delivering = true;
            eventLoop().execute(this::deliver);
        }
    }

    private void deliver() {
        delivering = false;
        if (!open || !wanted || inputShutdown) {
            return;
        }
        byte[] segment = offered.poll();
        if (segment != null) {
            wanted = false;
            ByteBuf buffer = config.getAllocator().ioBuffer(segment.length);
            buffer.writeBytes(segment);
            pipeline().fireChannelRead(buffer);
            pipeline().fireChannelReadComplete();
            deliverSoon();
        } else if (broken) {
            wanted = false;
            pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
            unsafe().close(voidPromise());
        } else if (finished) {
            wanted = false;
            inputShutdown = true;
            pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    // ---- larder's side -----------------------------------------------------------------------------------------

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
                active = true;
                if (promise.trySuccess()) {
                    pipeline().fireChannelActive();
                }
            }
        };
    }

    @Override
    protected void doBeginRead() {
        wanted = true;
        deliverSoon();
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer buffer) throws Exception {
        boolean any = false;
        for (Object message = buffer.current(); message != null; message = buffer.current()) {
            if (outputShutdown) {
                buffer.remove(new IOException("output is shut down"));
                continue;
            }
            ByteBuf bytes = (ByteBuf) message;
            any |= bytes.isReadable();
            bytes.readBytes(received, bytes.readableBytes());
            buffer.remove();
        }
        if (any) {
            sent.accept(this);
        }
    }

    @Override
    protected void doClose() {
        closedWithReset |= open && config.lingersNot;
        open = false;
        active = false;
        offered.clear();
        if (isRegistered()) {
            sent.accept(this);
        }
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 40000);
    }

    @Override
    protected void doBind(SocketAddress address) {}

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return active;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isInputShutdown() {
        return inputShutdown || !open;
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        inputShutdown = true;
        return promise.setSuccess();
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown || !open;
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        outputShutdown = true;
        sent.accept(this);
        return promise.setSuccess();
    }

    @Override
    public boolean isShutdown() {
        return isInputShutdown() && isOutputShutdown();
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        inputShutdown = true;
        return shutdownOutput(promise);
    }

    /** Takes the options of sockets as well, which have no meaning here but one. */
    private static final class Config extends DefaultChannelConfig {

        private boolean lingersNot;

        Config(PipeChannel channel, ByteBufAllocator allocator) {
            super(channel);
            setAllocator(allocator);
            setAutoRead(false);
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            if (option == ChannelOption.SO_LINGER) {
                lingersNot = Integer.valueOf(0).equals(value);
                return true;
            }
            return super.setOption(option, value)
                    || option == ChannelOption.TCP_NODELAY
                    || option == ChannelOption.SO_KEEPALIVE
                    || option == ChannelOption.ALLOW_HALF_CLOSURE;
        }
    }
}
