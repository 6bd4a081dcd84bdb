package dev.larder.bench.speed;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What came of a load at a fixed rate.
 *
 * @param sent requests that were due and went out
 * @param answered with a status below 400
 * @param histogram of nanoseconds from when a request was due until its answer was whole, as HdrHistogram encodes it, in Base64
 */
record OpenLoopResult(long sent, long answered, String histogram) {

    static OpenLoopResult of(long sent, long answered, Histogram nanos) {
        ByteBuffer bytes = ByteBuffer.allocate(nanos.getNeededByteBufferCapacity());
        int length = nanos.encodeIntoCompressedByteBuffer(bytes);
        byte[] encoded = new byte[length];
        bytes.flip().get(encoded);
        return new OpenLoopResult(sent, answered, Base64.getEncoder().encodeToString(encoded));
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
