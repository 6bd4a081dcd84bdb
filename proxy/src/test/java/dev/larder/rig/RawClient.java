package dev.larder.rig;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client on a raw socket: sends bytes as they are, reads answers one by one. */
public final class RawClient implements AutoCloseable {

    /** An answer. Field names in lower case; several lines of one name joined by a comma. */
    public record Answer(int status, Map<String, String> fields, byte[] body) {

        /** The body as text. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** What larder says of it. */
        public String cacheStatus() {
            return fields.getOrDefault("cache-status", "");
        }
    }

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects. */
    public static RawClient connect(InetSocketAddress address) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort());
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            return new RawClient(socket);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Sends bytes as they are. */
    public RawClient send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends a request without a body and reads its answer; {@code fields} are lines without their ends. */
    public Answer get(String target, String... fields) throws IOException {
        return request("GET", target, "", fields);
    }

    /** Sends a request and reads its answer. */
    public Answer request(String method, String target, String body, String... fields) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: courses.test\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0) {
            head.append("Content-Length: ").append(bytes.length).append("\r\n");
        }
        send(head + "\r\n" + new String(bytes, StandardCharsets.ISO_8859_1));
        return answer(method.equals("HEAD"));
    }

    /** Reads a whole answer. */
    public Answer answer(boolean toHead) throws IOException {
        Answer head = head();
        if (toHead || head.status() == 204 || head.status() == 304 || head.status() < 200) {
            return head;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Map<String, String> fields = head.fields();
        if ("chunked".equals(fields.get("transfer-encoding"))) {
            for (String piece = chunk(); !piece.isEmpty(); piece = chunk()) {
                body.writeBytes(piece.getBytes(StandardCharsets.ISO_8859_1));
            }
        } else if (fields.containsKey("content-length")) {
            int length = Integer.parseInt(fields.get("content-length"));
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new IOException("cut short after " + bytes.length + " of " + length + " bytes");
            }
            body.writeBytes(bytes);
        } else {
            body.writeBytes(in.readAllBytes());
        }
        return new Answer(head.status(), fields, body.toByteArray());
    }

    /** Reads a status line and fields. */
    public Answer head() throws IOException {
        String start = line();
        Map<String, String> fields = new TreeMap<>();
        for (String field = line(); !field.isEmpty(); field = line()) {
            int colon = field.indexOf(':');
            fields.merge(
                    field.substring(0, colon).toLowerCase(Locale.ROOT),
                    field.substring(colon + 1).strip(),
                    (first, second) -> first + ", " + second);
        }
        return new Answer(Integer.parseInt(start.split(" ")[1]), fields, new byte[0]);
    }

    /** Reads one chunk; the last one is empty, and its trailers are read over. */
    public String chunk() throws IOException {
        int size = Integer.parseInt(line(), 16);
        byte[] bytes = in.readNBytes(size);
        if (size > 0) {
            line();
        } else {
            while (!line().isEmpty()) {
                // Trailers.
            }
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Reads raw bytes. */
    public byte[] bytes(int count) throws IOException {
        return in.readNBytes(count);
    }

    /** Whether the server has closed; waits for it. */
    public boolean isClosed() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return line.toString(StandardCharsets.ISO_8859_1);
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        throw new IOException("closed in the middle of a line: \"" + line + "\"");
    }

    /** Leaves at once and for good: the server's next read or write fails. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException ignored) {
            // Closing is all that was wanted.
        }
    }
}
