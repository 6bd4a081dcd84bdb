package dev.larder.bench.course;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One request on a connection of its own, and the answer as it came. */
public final class RawHttp {

    /** Field lines keep their order and case. */
    public record Response(int status, List<String> lines, byte[] body) {
        public List<String> all(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return lines.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).trim())
                    .toList();
        }

        public String field(String name) {
            return String.join(", ", all(name));
        }

        public List<String> names() {
            return lines.stream()
                    .map(line -> line.substring(0, line.indexOf(':')))
                    .toList();
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private RawHttp() {}

    public static Response send(int port, String method, String target, String body, String... fields) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request(method, target, body, fields));
            return parse(socket.getInputStream().readAllBytes(), method.equals("HEAD"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] request(String method, String target, String body, String... fields) {
        byte[] octets = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: course.example\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        if (octets.length > 0) {
            head.append("Content-Length: ").append(octets.length).append("\r\n");
        }
        head.append("Connection: close\r\n\r\n");
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(octets);
        return request.toByteArray();
    }

    static Response parse(byte[] octets, boolean headOnly) {
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IllegalStateException("no whole head in: " + text);
        }
        List<String> lines = new ArrayList<>(List.of(text.substring(0, end).split("\r\n")));
        int status = Integer.parseInt(lines.remove(0).substring(9, 12));
        String rest = text.substring(end + 4);
        Response response = new Response(status, lines, rest.getBytes(StandardCharsets.ISO_8859_1));
        boolean chunked = response.field("transfer-encoding").equals("chunked") && !headOnly;
        return chunked ? new Response(status, lines, dechunked(rest)) : response;
    }

    private static byte[] dechunked(String chunks) {
        StringBuilder body = new StringBuilder();
        int at = 0;
        while (true) {
            int lineEnd = chunks.indexOf("\r\n", at);
            if (lineEnd < 0) {
                throw new IllegalStateException("the body was cut short after " + body.length() + " bytes");
            }
            int size = Integer.parseInt(chunks.substring(at, lineEnd), 16);
            if (size == 0) {
                return body.toString().getBytes(StandardCharsets.ISO_8859_1);
            }
            body.append(chunks, lineEnd + 2, lineEnd + 2 + size);
            at = lineEnd + 2 + size + 2;
        }
    }
}
