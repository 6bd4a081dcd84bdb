package dev.larder.bench.purge;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Redis as others use it for purging: {@code KEYS} and {@code DEL}, {@code SCAN} and {@code UNLINK}. For one thread; all methods block. */
final class PlainRedis implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    /** What clients ask for at a time who know that 10, the default, is slow. */
    private static final String SCAN_COUNT = "1000";

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private PlainRedis(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        this.out = socket.getOutputStream();
    }

    static PlainRedis connect(String url) throws IOException {
        URI uri = URI.create(url);
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return new PlainRedis(socket);
    }

    /** How many were deleted. */
    int keysAndDelete(String glob) throws IOException {
        return delete("DEL", texts(ask(List.of("KEYS", glob))));
    }

    /** How many were deleted. */
    int scanAndUnlink(String glob) throws IOException {
        int deleted = 0;
        String cursor = "0";
        do {
            List<?> answer = (List<?>) ask(List.of("SCAN", cursor, "MATCH", glob, "COUNT", SCAN_COUNT));
            cursor = String.valueOf(answer.get(0));
            deleted += delete("UNLINK", texts(answer.get(1)));
        } while (!cursor.equals("0"));
        return deleted;
    }

    private int delete(String command, List<String> keys) throws IOException {
        if (keys.isEmpty()) {
            return 0;
        }
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(keys);
        return Integer.parseInt(String.valueOf(ask(words)));
    }

    private static List<String> texts(Object answer) {
        return ((List<?>) answer).stream().map(String::valueOf).toList();
    }

    private Object ask(List<String> words) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("*" + words.size() + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            request.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            request.writeBytes(bytes);
            request.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.write(request.toByteArray());
        return answer();
    }

    private Object answer() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+', ':' -> rest;
            case '$' -> {
                String text = new String(in.readNBytes(Integer.parseInt(rest)), StandardCharsets.UTF_8);
                in.skipNBytes(2);
                yield text;
            }
            case '*' -> {
                int size = Integer.parseInt(rest);
                List<Object> list = new ArrayList<>(size);
                for (int i = 0; i < size; i++) {
                    list.add(answer());
                }
                yield list;
            }
            default -> throw new IOException("Redis answered " + line);
        };
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("Redis has closed the connection");
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
