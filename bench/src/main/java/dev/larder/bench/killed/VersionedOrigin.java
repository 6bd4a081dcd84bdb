package dev.larder.bench.killed;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * A backend of items that each are a version, 1 at first. A PUT makes the next one, tells whoever waits for that, and answers a
 * while later. Any thread.
 */
final class VersionedOrigin implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Integer> versions = new ConcurrentHashMap<>();
    private final Map<String, Plan> plans = new ConcurrentHashMap<>();

    /**
     * What becomes of a write; both moments are by {@link System#nanoTime}.
     *
     * @param answered when its answer began to go out
     */
    record Plan(CompletableFuture<Long> committed, CompletableFuture<Long> answered, long answerNanos) {}

    private VersionedOrigin(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/items/", this::answer);
        server.start();
    }

    static VersionedOrigin start() throws IOException {
        return new VersionedOrigin(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    }

    int port() {
        return server.getAddress().getPort();
    }

    int version(String path) {
        return versions.getOrDefault(path, 1);
    }

    /**
     * What becomes of the next write of an item.
     *
     * @param answerNanos from its commit to its answer
     */
    Plan expectWrite(String path, long answerNanos) {
        Plan plan = new Plan(new CompletableFuture<>(), new CompletableFuture<>(), answerNanos);
        plans.put(path, plan);
        return plan;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestMethod().equals("PUT")) {
                versions.merge(path, 2, (now, first) -> now + 1);
                Plan plan = plans.get(path);
                if (plan != null) {
                    plan.committed.complete(System.nanoTime());
                    LockSupport.parkNanos(plan.answerNanos);
                    plan.answered.complete(System.nanoTime());
                }
            }
            byte[] body = Integer.toString(version(path)).getBytes(StandardCharsets.US_ASCII);
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
