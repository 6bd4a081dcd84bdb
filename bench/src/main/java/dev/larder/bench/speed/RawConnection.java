package dev.larder.bench.speed;

import dev.larder.bench.stage.AnswerReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One kept connection, asked by hand where it matters when exactly a request goes out. For one thread; blocking. */
final class RawConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;
    private final AnswerReader answers;
    private final String authority;

    private RawConnection(Socket socket, String authority) throws IOException {
        this.socket = socket;
        this.answers = new AnswerReader(socket.getInputStream());
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
        return answers.answer();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
