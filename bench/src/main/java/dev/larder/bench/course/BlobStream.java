package dev.larder.bench.course;

import java.io.InputStream;

/** So many bytes that anybody can compute: the byte at position {@code i} is {@code i mod 251}. Not thread-safe. */
final class BlobStream extends InputStream {
    private static final int PERIOD = 251;

    private final long length;
    private long position;

    BlobStream(long length) {
        this.length = length;
    }

    @Override
    public int read() {
        return position < length ? (int) (position++ % PERIOD) : -1;
    }

    @Override
    public int read(byte[] target, int offset, int count) {
        if (position >= length) {
            return -1;
        }
        int filled = (int) Math.min(count, length - position);
        int phase = (int) (position % PERIOD);
        for (int i = 0; i < filled; i++) {
            target[offset + i] = (byte) phase;
            phase = phase == PERIOD - 1 ? 0 : phase + 1;
        }
        position += filled;
        return filled;
    }

    /** Whoever cuts this into chunks asks how large a chunk may be. */
    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, length - position);
    }
}
