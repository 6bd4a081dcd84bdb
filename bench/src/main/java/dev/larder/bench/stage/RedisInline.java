package dev.larder.bench.stage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One command to a Redis on the loopback address, over a connection of its own, so that it works whatever has become of others: the server
 * may have been killed, stopped or replaced a moment ago. Blocks.
 */
public final class RedisInline {
    private static final int PATIENCE_MILLIS = 10_000;

    private RedisInline() {}

    /**
     * Has the server do something, and waits until it has.
     *
     * @param command words without blanks in them, e.g. {@code DEBUG SLEEP 1}
     * @param lines how many lines of the reply are wanted; it has to have as many
     * @throws IOException where it cannot be reached, or refuses
     */
    public static List<String> ask(int port, String command, int lines) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            List<String> reply = new ArrayList<>();
            while (reply.size() < lines) {
                String line = reader.readLine();
                if (line == null || line.startsWith("-")) {
                    throw new IOException("Redis refused \"" + command + "\": " + line);
                }
                reply.add(line);
            }
            return reply;
        }
    }
}
