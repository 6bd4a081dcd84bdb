package dev.larder.bench.speed;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What came of a load at a fixed rate.
 *
 * @param due requests that were due
 * @param answered with a status below 400
 * @param lateNanos by how much the load itself was late, at the 99th percentile
 * @param histogram of nanoseconds from when a request was due until its answer was whole, as HdrHistogram encodes it, in Base64
 */
record OpenLoopResult(long due, long answered, long lateNanos, String histogram) {
    /** With more the times tell of the load. */
    static final long MOST_LATE_NANOS = 1_000_000;

    private static final double MOST = 99;

    static OpenLoopResult of(long due, long answered, Histogram late, Histogram nanos) {
        ByteBuffer bytes = ByteBuffer.allocate(nanos.getNeededByteBufferCapacity());
        int length = nanos.encodeIntoCompressedByteBuffer(bytes);
        byte[] encoded = new byte[length];
        bytes.flip().get(encoded);
        return new OpenLoopResult(
                due,
                answered,
                late.getValueAtPercentile(MOST),
                Base64.getEncoder().encodeToString(encoded));
    }

    /** Whether the load sent when it should have, so that the times tell of who answered. */
    boolean onTime() {
        return lateNanos <= MOST_LATE_NANOS;
    }

    /** Nanoseconds. */
    Histogram nanos() {
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(histogram)), 1);
        } catch (DataFormatException e) {
            throw new IllegalStateException("a histogram of our own cannot be read", e);
        }
    }
}
