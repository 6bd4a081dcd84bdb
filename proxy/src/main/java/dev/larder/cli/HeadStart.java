package dev.larder.cli;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import org.slf4j.LoggerFactory;

/**
 * Makes ready on a second thread what takes long and depends on no setting, while settings and rules are read: logging
 * and Netty's native parts. Nothing waits for it: who comes first does it, and a failure shows where it is needed.
 */
final class HeadStart {

    private HeadStart() {}

    /** Begins; returns at once. */
    static void begin() {
        Thread thread = new Thread(HeadStart::all, "larder-head-start");
        thread.setDaemon(true);
        thread.start();
    }

    private static void all() {
        try {
            if (Epoll.isAvailable()) {
                ByteBufAllocator.DEFAULT.ioBuffer(1).release();
            }
            LoggerFactory.getLogger("larder").debug("ready to log");
        } catch (RuntimeException | LinkageError laterAgain) {
            // Whoever needs it meets the same, and says so.
        }
    }
}
