package dev.larder.resp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;

/**
 * The event loops that serve visitors, each of which may have connections of its own. Immutable; any thread.
 *
 * @param loops at least one
 * @param channels makes channels of their transport
 */
public record RespLoops(List<EventLoop> loops, ChannelFactory<? extends Channel> channels) {

    /** All loops of a group. */
    public static RespLoops of(EventLoopGroup group, ChannelFactory<? extends Channel> channels) {
        List<EventLoop> loops = new ArrayList<>();
        for (EventExecutor executor : group) {
            loops.add((EventLoop) executor);
        }
        return new RespLoops(List.copyOf(loops), channels);
    }

    /** Which loop this thread is; -1 where it is none. */
    public int here() {
        for (int i = 0; i < loops.size(); i++) {
            if (loops.get(i).inEventLoop()) {
                return i;
            }
        }
        return -1;
    }
}
