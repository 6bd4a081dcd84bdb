package dev.larder.cli.remote;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One GET over a connection of its own, with whatever Host is wanted, which the platform's clients do not allow. The body is
 * read and dropped. Blocks; any thread.
 */
final class PlainGet {

    private static final int LONGEST_HEAD = 64 * 1024;

    private final InetSocketAddress to;
    private final List<String> fields;
    private final Duration patience;

    /**
     * A way to ask.
     *
     * @param fields further lines, as {@code Name: value}
     * @param patience for an answer to be whole
     */
    PlainGet(InetSocketAddress to, List<String> fields, Duration patience) {
        this.to = to;
        this.fields = List.copyOf(fields);
        this.patience = patience;
    }

    /**
     * What came.
     *
     * @param cacheStatus larder's own words, if it said any
     */
    record Came(int status, Optional<String> cacheStatus) {}

    /**
     * Asks.
     *
     * @throws IOException if nothing comes, or not all of it, or not in time
     */
    Came ask(String host, String target, boolean https) throws IOException {
        long until = System.nanoTime() + patience.toNanos();
        StringBuilder request = new StringBuilder("GET ")
                .append(target)
                .append(" HTTP/1.1\r\nHost: ")
                .append(host)
                .append("\r\nConnection: close\r\nUser-Agent: larder-warm\r\nAccept: */*\r\n");
        if (https) {
            request.append("X-Forwarded-Proto: https\r\n");
        }
        fields.forEach(line -> request.append(line).append("\r\n"));
        try (Socket socket = new Socket()) {
            socket.connect(to, (int) patience.toMillis());
            socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            return read(socket, until);
        }
    }

    private static Came read(Socket socket, long until) throws IOException {
        InputStream from = socket.getInputStream();
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        byte[] piece = new byte[8192];
        byte[] last = new byte[0];
        long all = 0;
        int end = -1;
        while (true) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new IOException("timeout");
            }
            socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
            int length = from.read(piece);
            if (length < 0) {
                break;
            }
            all += length;
            last = tail(last, piece, length);
            if (end < 0) {
                start.write(piece, 0, length);
                end = start.toString(StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
                if (end < 0 && start.size() > LONGEST_HEAD) {
                    throw new IOException("endless-head");
                }
            }
        }
        if (end < 0) {
            throw new IOException("no-answer");
        }
        return judged(start.toString(StandardCharsets.ISO_8859_1).substring(0, end), all - end - 4, last);
    }

    /** The last five bytes: a body in chunks ends with them. */
    private static byte[] tail(byte[] before, byte[] piece, int length) {
        byte[] both = new byte[before.length + length];
        System.arraycopy(before, 0, both, 0, before.length);
        System.arraycopy(piece, 0, both, before.length, length);
        int from = Math.max(0, both.length - 5);
        return Arrays.copyOfRange(both, from, both.length);
    }

    private static Came judged(String head, long bodyBytes, byte[] last) throws IOException {
        String[] lines = head.split("\r\n", -1);
        if (!lines[0].matches("HTTP/1\\.[01] [0-9]{3}.*")) {
            throw new IOException("no-http");
        }
        Optional<String> cacheStatus = Optional.empty();
        for (String line : lines) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("cache-status:") && lower.contains("larder")) {
                cacheStatus = Optional.of(line.substring(13).strip());
            } else if (lower.startsWith("content-length:")) {
                if (Long.parseLong(lower.substring(15).strip()) != bodyBytes) {
                    throw new IOException("cut-short");
                }
            } else if (lower.startsWith("transfer-encoding:")
                    && !new String(last, StandardCharsets.ISO_8859_1).endsWith("0\r\n\r\n")) {
                throw new IOException("cut-short");
            }
        }
        return new Came(Integer.parseInt(lines[0].substring(9, 12)), cacheStatus);
    }
}
