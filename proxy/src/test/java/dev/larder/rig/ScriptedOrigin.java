package dev.larder.rig;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * An origin on a raw socket that answers as the test says: any bytes, at any time, after any barrier. One thread a
 * connection.
 */
public final class ScriptedOrigin implements AutoCloseable {

    /** A request as it arrived. Field names in lower case; several lines of one name joined by a comma. */
    public record Received(String method, String target, Map<String, String> fields, byte[] body) {

        /** The body as text. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** Answers one request on a connection; returns whether the connection goes on. */
    @FunctionalInterface
    public interface Script {

        /** Writes whatever it likes. */
        boolean answer(Received request, Exchange exchange) throws Exception;
    }

    /** The connection, for a script. */
    public static final class Exchange {

        private final Socket socket;

        Exchange(Socket socket) {
            this.socket = socket;
        }

        /** Sends bytes as they are, at once. */
        public void send(String bytes) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        /** Sends a whole answer with a length; {@code fields} are lines without their ends. */
        public void respond(int status, String body, String... fields) throws IOException {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\n");
            for (String field : fields) {
                head.append(field).append("\r\n");
            }
            head.append("Content-Length: ")
                    .append(body.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n\r\n");
            send(head + new String(body.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        }

        /** Closes with a reset rather than an end. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ConcurrentLinkedQueue<Received> received = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final CountDownLatch accepting = new CountDownLatch(1);
    private volatile Script script;

    private ScriptedOrigin(Script script) throws IOException {
        this.script = script;
        this.server = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
    }

    /** Starts listening. */
    public static ScriptedOrigin start(Script script) {
        try {
            ScriptedOrigin origin = new ScriptedOrigin(script);
            origin.threads.execute(origin::accept);
            return origin;
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Answers differently from now on. */
    public void script(Script next) {
        script = next;
    }

    /** Where it listens. */
    public int port() {
        return server.getLocalPort();
    }

    /** All requests so far, in the order of their arrival. */
    public List<Received> received() {
        return List.copyOf(received);
    }

    /** How many requests of this target came so far. */
    public long count(String target) {
        return received.stream()
                .filter(request -> request.target().equals(target))
                .count();
    }

    /** How many connections were opened so far. */
    public int connections() {
        return sockets.size();
    }

    private void accept() {
        try {
            acceptAll();
        } finally {
            accepting.countDown();
        }
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                if (server.isClosed()) {
                    // Accepted while it was being closed: nobody serves this one.
                    socket.close();
                    return;
                }
                threads.execute(() -> serve(socket));
            } catch (IOException | RejectedExecutionException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            boolean goesOn = true;
            while (goesOn) {
                Received request = read(in);
                if (request == null) {
                    return;
                }
                received.add(request);
                goesOn = script.answer(request, new Exchange(socket));
            }
        } catch (Exception ended) {
            // The peer left, or the script threw: the connection closes, which the test sees.
        }
    }

    private static Received read(InputStream in) throws IOException {
        String start = line(in);
        if (start == null) {
            return null;
        }
        String[] parts = start.split(" ");
        Map<String, String> fields = new TreeMap<>();
        for (String field = line(in); field != null && !field.isEmpty(); field = line(in)) {
            int colon = field.indexOf(':');
            fields.merge(
                    field.substring(0, colon).toLowerCase(Locale.ROOT),
                    field.substring(colon + 1).strip(),
                    (first, second) -> first + ", " + second);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if ("chunked".equals(fields.get("transfer-encoding"))) {
            for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
                body.write(in.readNBytes(size));
                line(in);
            }
            line(in);
        } else if (fields.containsKey("content-length")) {
            body.write(in.readNBytes(Integer.parseInt(fields.get("content-length"))));
        }
        return new Received(parts[0], parts[1], fields, body.toByteArray());
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return line.toString(StandardCharsets.ISO_8859_1);
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.size() == 0 ? null : line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            server.close();
            // Until then the system goes on to take connections, to cut them off later.
            boolean unused = accepting.await(5, TimeUnit.SECONDS);
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException ignored) {
            // Closing is all that was wanted.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }
}
