package dev.larder.bench.course;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * What a benchmark in another process needs of the backend, on a port of its own that no proxy stands before: {@code GET
 * /__statements} answers {@code {"total":N,"session":M}}, {@code POST /__reset} puts the seed data back.
 */
public final class CourseAdmin implements AutoCloseable {
    private final HttpServer server;

    private CourseAdmin(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts to listen on the loopback address.
     *
     * @param port 0 for any that is free
     */
    public static CourseAdmin start(int port, CourseDatabase database) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/__statements", exchange -> {
            Statements.Count count = database.statements().count();
            answer(exchange, "{\"total\":%d,\"session\":%d}".formatted(count.total(), count.session()));
        });
        server.createContext("/__reset", exchange -> {
            if (exchange.getRequestMethod().equals("POST")) {
                database.reseed(line -> {});
            }
            answer(exchange, "{}");
        });
        server.start();
        return new CourseAdmin(server);
    }

    /** Where it listens, as {@code http://127.0.0.1:3001}. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
