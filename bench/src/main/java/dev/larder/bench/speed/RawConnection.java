package dev.larder.bench.speed;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** One kept connection, asked by hand where it matters when exactly a request goes out. For one thread; blocking. */
final class RawConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int HEXADECIMAL = 16;

    private final Socket socket;
    private final InputStream in;
    private final String authority;

    private RawConnection(Socket socket, String authority) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
        this.authority = authority;
    }

    static RawConnection open(URI address) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return new RawConnection(socket, address.getRawAuthority());
    }

    /** Sends a GET with a browser's head. */
    void get(String path, int visitor) throws IOException {
        send("GET", path, visitor, Map.of(), "");
    }

    /** Sends a request with a browser's head and further fields. */
    void send(String method, String path, int visitor, Map<String, String> more, String body) throws IOException {
        StringBuilder head = new StringBuilder();
        head.append(method)
                .append(' ')
                .append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(authority)
                .append("\r\n");
        BrowserHead.fields().forEach((name, value) -> field(head, name, value));
        field(head, "Cookie", BrowserHead.cookiesBeforeToken() + BrowserHead.token(visitor));
        field(head, "traceparent", BrowserHead.traceparent(visitor, System.nanoTime()));
        more.forEach((name, value) -> field(head, name, value));
        if (!body.isEmpty()) {
            field(head, "Content-Length", Integer.toString(body.length()));
        }
        socket.getOutputStream().write((head + "\r\n" + body).getBytes(StandardCharsets.US_ASCII));
    }

    private static void field(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    /** Reads one whole answer; its status. */
    int answer() throws IOException {
        String first = line();
        int length = 0;
        boolean chunked = false;
        for (String field = line(); !field.isEmpty(); field = line()) {
            String lower = field.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(field.substring(15).strip());
            }
            chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
        }
        if (chunked) {
            skipChunks();
        } else {
            in.skipNBytes(length);
        }
        return Integer.parseInt(first.split(" ", -1)[1]);
    }

    private void skipChunks() throws IOException {
        int size = Integer.parseInt(line().strip(), HEXADECIMAL);
        while (size > 0) {
            // The line feed behind the chunk.
            in.skipNBytes(size + 2L);
            size = Integer.parseInt(line().strip(), HEXADECIMAL);
        }
        // No trailers come from these origins: the last line feed.
        in.skipNBytes(2);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the connection was closed before its answer was whole");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
