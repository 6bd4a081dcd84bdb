package dev.larder.bench.stage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for processes that have to be told theirs: below those that the system gives to outgoing connections, so that a load
 * does not take one between its choice and its use. Any thread.
 */
public final class FreePort {

    private static final int FIRST = 12_000;
    private static final int END = 32_000;

    private FreePort() {}

    /** A port of the loopback address on which nobody listens. */
    public static int next() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
    }
}
