package dev.larder.bench.stage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waiting for a process that was just started to take connections at its port of the loopback address. Blocks. */
public final class Listening {
    /** Short, since how long a start takes is measured by this as well. */
    private static final long STEP_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private Listening() {}

    /**
     * Waits until it listens. Ending it is the caller's affair, whatever comes of this.
     *
     * @param what it is, for whoever reads the exception
     * @param log what it says
     * @throws IOException where it ends before, or has not got that far when patience is over; with what it said
     */
    public static void await(String what, Process process, int port, Duration patience, Path log) throws IOException {
        long begin = System.nanoTime();
        while (!listens(port)) {
            if (!process.isAlive() || System.nanoTime() - begin > patience.toNanos()) {
                throw new IOException("%s did not start: %s".formatted(what, Files.readString(log)));
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }
}
