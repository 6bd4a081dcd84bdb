package dev.larder.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Lies between a store and a real server, and spoils what passes. One thread each way. */
public final class FaultProxy implements AutoCloseable {

    private final ServerSocket listening;
    private volatile int serverPort;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private volatile long delayMillis;
    private volatile boolean refusing;
    private volatile boolean silent;
    private volatile boolean deaf;
    private volatile int cutAfter = -1;
    private volatile UnaryOperator<byte[]> answers = bytes -> bytes;

    private volatile Consumer<byte[]> requests = bytes -> {};

    public FaultProxy(int serverPort) {
        this.serverPort = serverPort;
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread(this::accept);
    }

    /** Where it listens. */
    public int port() {
        return listening.getLocalPort();
    }

    /** Answers come so much later. */
    public void delay(long millis) {
        delayMillis = millis;
    }

    /** Answers never come, as if packets were dropped. */
    public void silent(boolean now) {
        silent = now;
    }

    /** Connections are closed as soon as they are made, and those there are as well. */
    public void refuse(boolean now) {
        refusing = now;
        if (now) {
            cutAll();
        }
    }

    /** New connections lead to another server. */
    void leadTo(int port) {
        serverPort = port;
    }

    /** What is asked never arrives; connections are of no use afterwards. */
    public void deaf(boolean now) {
        deaf = now;
    }

    /** The connection is cut when so many more bytes of answers have passed. */
    public void cutAfter(int bytes) {
        cutAfter = bytes;
    }

    /** Is shown each piece of what is asked, before it goes on. */
    void watch(Consumer<byte[]> watcher) {
        requests = watcher;
    }

    /** What becomes of each piece of the answers. */
    void spoil(UnaryOperator<byte[]> change) {
        answers = change;
    }

    void heal() {
        delayMillis = 0;
        silent = false;
        deaf = false;
        refusing = false;
        cutAfter = -1;
        answers = bytes -> bytes;
    }

    public void cutAll() {
        sockets.forEach(FaultProxy::close);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                if (refusing) {
                    close(client);
                    continue;
                }
                Socket server;
                try {
                    server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                } catch (IOException e) {
                    close(client);
                    continue;
                }
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(server);
                thread(() -> pump(client, server, false));
                thread(() -> pump(server, client, true));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void pump(Socket from, Socket to, boolean answer) {
        byte[] buffer = new byte[65_536];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                byte[] bytes = java.util.Arrays.copyOf(buffer, read);
                if (!answer) {
                    if (deaf) {
                        continue;
                    }
                    requests.accept(bytes);
                } else {
                    if (silent) {
                        continue;
                    }
                    if (delayMillis > 0) {
                        java.util.concurrent.locks.LockSupport.parkNanos(delayMillis * 1_000_000);
                    }
                    bytes = answers.apply(bytes);
                    if (cutAfter >= 0) {
                        int left = cutAfter;
                        out.write(bytes, 0, Math.min(bytes.length, left));
                        cutAfter = bytes.length < left ? left - bytes.length : -1;
                        if (cutAfter < 0) {
                            return;
                        }
                        continue;
                    }
                }
                out.write(bytes);
            }
        } catch (IOException e) {
            // One side is gone, and with it the other.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cutAll();
    }
}
