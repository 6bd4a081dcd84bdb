package dev.larder.bench.stage;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** Reads the answers of one connection, one after the other, where it matters when exactly they came. For one thread; blocking. */
public final class AnswerReader {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int HEXADECIMAL = 16;
    private static final String LENGTH = "content-length:";

    private final InputStream in;

    /** Reads ahead. */
    public AnswerReader(InputStream in) {
        this.in = new BufferedInputStream(in, BUFFER_BYTES);
    }

    /**
     * Reads one whole answer and drops its body.
     *
     * @return its status
     * @throws IOException where the connection ends before it is whole
     */
    public int answer() throws IOException {
        String first = line();
        int length = 0;
        boolean chunked = false;
        for (String field = line(); !field.isEmpty(); field = line()) {
            String lower = field.toLowerCase(Locale.ROOT);
            if (lower.startsWith(LENGTH)) {
                length = Integer.parseInt(field.substring(LENGTH.length()).strip());
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
        // No trailers come from these backends: the last line feed.
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
}
