package dev.larder.relay;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Keeps Netty 4.2.18 from losing a half-closed socket. Since netty#16689 a socket that waits for nothing is taken out of
 * the epoll set, and not put back when it later waits for room to write: the write fails and the output is shut down, in
 * the middle of an answer. A socket whose input has ended waits for nothing whenever there is room; a flag that is no
 * event of its own, edge triggering, keeps the set from being empty. Netty offers no way to set it, hence the reflection.
 *
 * <p>To be removed with a Netty that repairs this; {@code BackpressureTest} tells.
 */
final class HalfClosedEpoll {

    /** EPOLLET of Linux. */
    private static final int EDGE_TRIGGERED = 1 << 31;

    private static final @Nullable Method SET_FLAG = find();

    private HalfClosedEpoll() {}

    private static @Nullable Method find() {
        for (Class<?> type = EpollSocketChannel.class; type != null; type = type.getSuperclass()) {
            try {
                Method method = type.getDeclaredMethod("setFlag", int.class);
                method.setAccessible(true);
                return method;
            } catch (NoSuchMethodException inherited) {
                // It is further up.
            } catch (RuntimeException inaccessible) {
                return null;
            }
        }
        return null;
    }

    /** The input of this channel has ended; on its event loop, from within the event that says so. */
    static void inputEnded(Channel channel) {
        if (SET_FLAG != null && channel instanceof EpollSocketChannel) {
            try {
                var unused = SET_FLAG.invoke(channel, EDGE_TRIGGERED);
            } catch (ReflectiveOperationException closed) {
                // Nothing is to be kept of a socket that is closed.
            }
        }
    }
}
