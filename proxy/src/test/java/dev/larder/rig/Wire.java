package dev.larder.rig;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** One end of a raw connection, visitor's or origin's: bytes as they are, text as ISO-8859-1, every wait bounded. */
public final class Wire implements AutoCloseable {

    /** How the other side ended. */
    public enum End {
        ORDERLY,
        RESET
    }

    /** A message: its head as it came, lines ended by a single newline, and its body. */
    public record Message(String head, String body) {

        /** The first line. */
        public String start() {
            return head.substring(0, head.indexOf('\n'));
        }

        /** Of an answer. */
        public int status() {
            return Integer.parseInt(start().split(" ")[1]);
        }

        /** The values of a field, in order. */
        public List<String> all(String name) {
            return Arrays.stream(head.split("\n"))
                    .skip(1)
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .toList();
        }

        /** The lines of a field joined, empty where there is none. */
        public String field(String name) {
            return all(name).stream().collect(Collectors.joining(", "));
        }
    }

    private static final int PATIENCE_MILLIS = 15_000;

    private final Socket socket;
    private final InputStream in;

    /** Wraps a connected socket. */
    public Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects. */
    public static Wire to(InetSocketAddress address) throws IOException {
        return new Wire(new Socket(InetAddress.getLoopbackAddress(), address.getPort()));
    }

    /** Connects with a receive buffer as small as the system allows. */
    public static Wire narrow(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort()));
        return new Wire(socket);
    }

    /** Sends at once. */
    public Wire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends at once. */
    public Wire send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Says that nothing more will be sent. */
    public Wire finish() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Ends with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** A line without its end, or null where the other side has ended before it. */
    public String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(b);
        }
        return null;
    }

    /** A head, or null where the other side has ended before it. */
    public String head() throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = line(); line != null; line = line()) {
            if (line.isEmpty()) {
                return head.toString();
            }
            head.append(line).append('\n');
        }
        return null;
    }

    /** A chunk; the last one is empty, and what follows it are {@link #trailers()}. */
    public String chunk() throws IOException {
        int size = Integer.parseInt(line(), 16);
        String chunk = bytes(size);
        if (size > 0 && !line().isEmpty()) {
            throw new IOException("a chunk longer than it said");
        }
        return chunk;
    }

    /** What follows the last chunk, up to the empty line. */
    public String trailers() throws IOException {
        return head();
    }

    /** So many bytes. */
    public String bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new IOException("ended after " + bytes.length + " of " + count + " bytes");
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** What has come, at least a byte of it; empty where the other side has ended. */
    public byte[] some() throws IOException {
        int first = in.read();
        if (first < 0) {
            return new byte[0];
        }
        byte[] more = in.readNBytes(in.available());
        byte[] some = new byte[1 + more.length];
        some[0] = (byte) first;
        System.arraycopy(more, 0, some, 1, more.length);
        return some;
    }

    /** Reads so many bytes and drops them. */
    public void skip(long count) throws IOException {
        in.skipNBytes(count);
    }

    /** A message with its body, trailers read over; null where the other side has ended before it. */
    public Message message() throws IOException {
        return message(false);
    }

    /** An answer to a HEAD request if {@code toHead}. */
    public Message message(boolean toHead) throws IOException {
        String head = head();
        if (head == null) {
            return null;
        }
        Message message = new Message(head, "");
        boolean answer = head.startsWith("HTTP/");
        if (toHead || (answer && (message.status() < 200 || message.status() == 204 || message.status() == 304))) {
            return message;
        }
        if (message.field("Transfer-Encoding").equals("chunked")) {
            StringBuilder body = new StringBuilder();
            for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
                body.append(chunk);
            }
            trailers();
            return new Message(head, body.toString());
        }
        if (!message.field("Content-Length").isEmpty()) {
            return new Message(head, bytes(Integer.parseInt(message.field("Content-Length"))));
        }
        return answer ? new Message(head, rest()) : message;
    }

    /** All until the other side ends in order. */
    public String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** Waits for the end, reading over what comes before it. */
    public End end() throws IOException {
        try {
            in.readAllBytes();
            return End.ORDERLY;
        } catch (SocketException reset) {
            return End.RESET;
        }
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
