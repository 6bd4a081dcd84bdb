package dev.larder.rig;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An origin whose every connection is in the hands of the test. One thread a connection. */
public final class WireOrigin implements AutoCloseable {

    /** What is done with one connection; it is closed afterwards. */
    @FunctionalInterface
    public interface Script {

        /** Reads and writes whatever it likes; {@code number} counts connections from 1. */
        void run(Wire wire, int number) throws Exception;
    }

    private final ServerSocket server;
    private final Script script;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ConcurrentLinkedQueue<Wire> open = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();

    private WireOrigin(ServerSocket server, Script script) {
        this.server = server;
        this.script = script;
    }

    /** Starts listening. */
    public static WireOrigin start(Script script) throws IOException {
        return start(new ServerSocket(0, 512, InetAddress.getLoopbackAddress()), script);
    }

    /** Starts listening with a receive buffer as small as the system allows. */
    public static WireOrigin narrow(Script script) throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReceiveBufferSize(4096);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
        return start(server, script);
    }

    private static WireOrigin start(ServerSocket server, Script script) {
        WireOrigin origin = new WireOrigin(server, script);
        origin.threads.execute(origin::accept);
        return origin;
    }

    /** Answers every request of every connection with these, in turn and then again from the first. */
    public static Script answering(String... answers) {
        return (wire, number) -> {
            for (int i = 0; wire.message() != null; i++) {
                wire.send(answers[i % answers.length]);
            }
        };
    }

    /** Takes down every request of every connection, and answers it so. */
    public static Script recording(ConcurrentLinkedQueue<Wire.Message> into, String answer) {
        return (wire, number) -> {
            for (Wire.Message request = wire.message(); request != null; request = wire.message()) {
                into.add(request);
                wire.send(answer);
            }
        };
    }

    /** Where it listens. */
    public int port() {
        return server.getLocalPort();
    }

    /** Connections accepted so far. */
    public int connections() {
        return connections.get();
    }

    /** Connections that have not been closed by the script's end. */
    public List<Wire> open() {
        return List.copyOf(open);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Wire wire = new Wire(socket);
                open.add(wire);
                int number = connections.incrementAndGet();
                threads.execute(() -> serve(wire, number));
            } catch (IOException | RejectedExecutionException closed) {
                return;
            }
        }
    }

    private void serve(Wire wire, int number) {
        try {
            script.run(wire, number);
        } catch (Exception ended) {
            // The peer left, or the script threw: the connection closes, which the test sees.
        } finally {
            wire.close();
            open.remove(wire);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException ignored) {
            // Closing is all that was wanted.
        }
        threads.shutdownNow();
        open.forEach(Wire::close);
        try {
            // Until then a last connection may still be accepted.
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a script does not end when it is interrupted");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        open.forEach(Wire::close);
    }
}
