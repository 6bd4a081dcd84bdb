package dev.larder.bench.soak;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A backend that answers 1 KiB, or 100 KiB under /large, to whatever is asked. */
final class SoakOrigin implements AutoCloseable {

    private static final byte[] SMALL = new byte[1024];
    private static final byte[] LARGE = new byte[100 * 1024];

    static {
        Arrays.fill(SMALL, (byte) 's');
        Arrays.fill(LARGE, (byte) 'l');
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    SoakOrigin() throws IOException {
        // Head and body go out in two pieces; without this the second would wait for the first to be acknowledged.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
        server.setExecutor(threads);
        server.createContext("/", SoakOrigin::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            long unused = exchange.getRequestBody().skip(Long.MAX_VALUE);
            byte[] body = exchange.getRequestURI().getPath().startsWith("/large") ? LARGE : SMALL;
            exchange.getResponseHeaders().add("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
