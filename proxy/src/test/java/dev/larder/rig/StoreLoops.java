package dev.larder.rig;

import dev.larder.resp.RespLoops;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** Event loops, as a sidecar's are, for stores that are tested without one. They live as long as the process. */
public final class StoreLoops {

    private static final EventLoopGroup GROUP = new MultiThreadIoEventLoopGroup(
            2, new DefaultThreadFactory("store-loops", true), NioIoHandler.newFactory());

    private static final RespLoops LOOPS = RespLoops.of(GROUP, NioSocketChannel::new);

    private StoreLoops() {}

    public static RespLoops get() {
        return LOOPS;
    }
}
