package dev.larder.rig;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for processes that have to be told theirs. They lie below those that the system gives to outgoing connections, so
 * that nobody takes one between its choice and its use, and test runs side by side choose from different ones.
 */
public final class FreePort {

    /** A node of a Redis cluster also listens on a port that is so much higher. */
    public static final int BUS = 10_000;

    private static final int FIRST = 12_000;
    private static final int RUNS = 4;
    private static final int EACH = 2_500;

    private FreePort() {}

    /** A port of the loopback address that is free, and so is the one of the bus. */
    public static int next() {
        int run = Integer.getInteger("larder.fork", 0) % RUNS;
        while (true) {
            int port = FIRST + run * EACH + ThreadLocalRandom.current().nextInt(EACH);
            if (isFree(port) && isFree(port + BUS)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
